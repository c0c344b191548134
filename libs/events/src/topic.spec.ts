import fc from 'fast-check';
import { MetricContractSigned } from '#contracts/governance/v1/events';
import { fromHeaders, toHeaders, type EventRecord } from './event-record.js';
import { partitionOf } from './partition.js';
import { partitionsFor } from './postgres/assignment.js';
import { declareTopic, TopicCatalogue } from './topic.js';

const signed = declareTopic({
  name: 'governance.metric-contract.v1',
  partitions: 4,
  retentionDays: 30,
  types: { 'governance.v1.MetricContractSigned': MetricContractSigned },
});
const fact = {
  key: 'uc_1',
  workspace: 'w',
  time: new Date('2013-05-01T12:00:00.123Z'),
  value: { metricContractId: 'mc_1', useCaseId: 'uc_1', revision: 2, contentHash: 'ab' },
};

describe('a topic', () => {
  it('reads back the message it wrote, with the event time of the fact', () => {
    const record = signed.record('governance.v1.MetricContractSigned', fact);
    expect(record).toMatchObject({
      source: '/millrace/governance',
      topic: signed.name,
      time: fact.time,
      id: expect.stringMatching(/^ev_/),
    });
    expect(signed.decode('governance.v1.MetricContractSigned', record)).toEqual(fact.value);
  });

  it('says which event cannot be read', () => {
    const broken = { ...signed.record('governance.v1.MetricContractSigned', fact), payload: Uint8Array.of(0x0a, 0xff) };
    expect(() => signed.decode('governance.v1.MetricContractSigned', broken)).toThrow(
      expect.objectContaining({ slug: 'events/undecodable', facts: expect.objectContaining({ id: broken.id }) }),
    );
  });

  it('refuses a name that is not service, feature and version, and a partition count out of bounds', () => {
    const declare = (name: string, partitions = 1) => declareTopic({ name, partitions, retentionDays: 1, types: {} });
    for (const name of ['alerts', 'monitoring.alert', 'Monitoring.alert.v1', 'monitoring.alert.v0']) {
      expect(() => declare(name)).toThrow(expect.objectContaining({ slug: 'events/topic-name' }));
    }
    for (const count of [0, 65, 1.5]) {
      expect(() => declare('a.b.v1', count)).toThrow(expect.objectContaining({ slug: 'events/partitions' }));
    }
  });

  it('is in a catalogue once', () => {
    expect(() => new TopicCatalogue([signed, signed])).toThrow('twice');
    const record = signed.record('governance.v1.MetricContractSigned', fact);
    expect(() => new TopicCatalogue([signed]).check({ ...record, type: 'toString' })).toThrow('not declared');
  });
});

describe('the headers of an event', () => {
  it('carry everything but topic, key and payload', () => {
    const texts = fc.record({
      id: fc.string(),
      type: fc.string(),
      source: fc.string(),
      workspace: fc.string(),
      topic: fc.string(),
      key: fc.string(),
    });
    const trace = fc.option(fc.string({ minLength: 1 }), { nil: undefined });
    fc.assert(
      fc.property(texts, fc.date({ noInvalidDate: true }), trace, (text, time, traceparent) => {
        const base = { ...text, time, payload: Uint8Array.of(1) };
        const record: EventRecord = traceparent === undefined ? base : { ...base, traceparent };
        const headers = JSON.parse(JSON.stringify(toHeaders(record)));
        expect(fromHeaders(headers, record.topic, record.key, record.payload)).toEqual(record);
      }),
    );
  });
});

describe('partitions', () => {
  it('of a key are always the same, and within bounds', () => {
    expect(partitionOf('uc_1', 4)).toBe(partitionOf('uc_1', 4));
    expect(partitionOf('', 1)).toBe(0);
    fc.assert(fc.property(fc.string(), fc.integer({ min: 1, max: 64 }), (key, count) => partitionOf(key, count) < count));
  });

  it('are divided among the readers of a topic: each to one, nobody more than one above another', () => {
    const ids = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(ids, fc.integer({ min: 1, max: 64 }), fc.string(), (members, count, topic) => {
        const all = [...members.map((id) => ({ id, topics: [topic] })), { id: 'reads-another', topics: [`${topic}x`] }];
        const shares = members.map((id) => partitionsFor(id, all, topic, count));
        expect(shares.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, part) => part));
        const sizes = shares.map((share) => share.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        expect(partitionsFor('reads-another', all, topic, count)).toEqual([]);
      }),
    );
  });
});
