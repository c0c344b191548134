import type { LabelledDecision } from '../decision/decision.js';
import type { ContractInForce } from '../monitor/monitor.js';
import { acknowledge, repeat, resolve, type Alert } from './alert.js';
import { AlertQueue } from './alert.queue.js';
import { calibrationFinding, spoken } from './calibration-finding.js';

const CONTRACT: ContractInForce = {
  id: 'mc_1',
  monthlyVolume: 10_000,
  payoffs: { truePositive: 6000n, falsePositive: -2500n, trueNegative: 0n, falseNegative: 0n, currency: 'EUR' },
};
const DOUBLED: ContractInForce = { ...CONTRACT, payoffs: { ...CONTRACT.payoffs, truePositive: 12000n, falsePositive: -5000n } };

const decisions = Array.from({ length: 400 }, (_, i): LabelledDecision => {
  const probability = 0.1 + (i % 10) * 0.06;
  const act = probability >= 25 / 85;
  return {
    day: 100 + Math.floor(i / 20),
    versionId: 'mv',
    arm: 'champion',
    probability,
    threshold: 25 / 85,
    act,
    baselineAct: false,
    outcome: i % 10 > 6 && i % 3 === 0,
  };
});
const verdict = { evidence: 2_000, limit: 1_095, alarmed: true, direction: 'forecasts-too-high', since: 100 } as const;
const finding = calibrationFinding({ verdict, since: 100, raisedAt: new Date('1970-05-01T00:00:00Z'), decisions }, CONTRACT);

const alert: Alert = {
  ...finding,
  id: 'al_1',
  workspace: 'main',
  monitorId: 'mon_1',
  endpointId: 'ep_1',
  useCaseId: 'uc_1',
  versionId: 'mv_1',
  state: 'raised',
  repeats: 0,
  acknowledgedBy: null,
  acknowledgedAt: null,
  assignee: null,
  resolvedBy: null,
  resolvedAt: null,
  resolution: null,
  recordedAt: new Date(0),
};
const NOW = new Date('2026-01-01T00:00:00Z');

describe('a finding of the calibration test', () => {
  it('says the gap in points and the money it costs, promised and brought', () => {
    const mean = decisions.reduce((sum, d) => sum + d.probability, 0) / decisions.length;
    const share = decisions.filter((d) => d.outcome).length / decisions.length;
    expect(finding.calibrationGapPoints).toBeCloseTo(100 * (mean - share), 9);
    expect(finding.promisedPerMonth!.minorUnits).toBeGreaterThan(finding.realisedPerMonth!.minorUnits);
    expect(finding.costPerMonth!.minorUnits).toBeGreaterThan(0n);
    expect(finding.costPerMonthLow!.minorUnits).toBeLessThanOrEqual(finding.costPerMonth!.minorUnits);
    expect(finding.costPerMonthHigh!.minorUnits).toBeGreaterThanOrEqual(finding.costPerMonth!.minorUnits);
    expect(finding.summary).toContain('points too high since 1970-04-11 (400 decisions with an outcome)');
    expect(finding.summary).toContain(`${spoken(finding.costPerMonth!)} [`);
    expect(finding.summary).toContain('scaled to the month');
  });

  it('doubles every euro and keeps every point when the payoffs double', () => {
    const doubled = calibrationFinding({ verdict, since: 100, raisedAt: finding.raisedAt, decisions }, DOUBLED);
    for (const amount of [
      'costPerMonth',
      'costPerMonthLow',
      'costPerMonthHigh',
      'promisedPerMonth',
      'realisedPerMonth',
    ] as const) {
      expect(doubled[amount]!.minorUnits).toBe(2n * finding[amount]!.minorUnits);
    }
    expect(doubled.calibrationGapPoints).toBe(finding.calibrationGapPoints);
  });

  it('is about what the version proposed, whatever people made of it', () => {
    const overridden = decisions.map((d) => ({ ...d, act: !d.act }));
    expect(calibrationFinding({ verdict, since: 100, raisedAt: finding.raisedAt, decisions: overridden }, CONTRACT)).toEqual(
      finding,
    );
  });

  it('speaks amounts with commas and without an empty fraction', () => {
    expect(spoken({ minorUnits: -123_456_700n, currency: 'EUR' })).toBe('-1,234,567');
    expect(spoken({ minorUnits: 50n, currency: 'EUR' })).toBe('0.50');
  });
});

describe('an alert', () => {
  it('is taken on by one person and may be handed to another', () => {
    const taken = acknowledge(alert, 'person:ml', null, NOW);
    expect(taken).toMatchObject({
      state: 'acknowledged',
      acknowledgedBy: 'person:ml',
      assignee: 'person:ml',
      acknowledgedAt: NOW,
    });
    expect(acknowledge(taken, 'person:bo', 'person:ds', new Date())).toMatchObject({
      acknowledgedBy: 'person:ml',
      acknowledgedAt: NOW,
      assignee: 'person:ds',
    });
  });

  it('is resolved once, with a reason', () => {
    expect(() => resolve(alert, 'person:ml', '  ', NOW)).toThrow(expect.objectContaining({ slug: 'monitoring/alert-reason' }));
    const closed = resolve(alert, 'person:ml', ' retrained ', NOW);
    expect(closed).toMatchObject({ state: 'resolved', resolution: 'retrained', resolvedBy: 'person:ml' });
    expect(() => resolve(closed, 'person:ml', 'again', NOW)).toThrow(expect.objectContaining({ kind: 'conflict' }));
    expect(() => acknowledge(closed, 'person:ml', null, NOW)).toThrow(
      expect.objectContaining({ slug: 'monitoring/alert-resolved' }),
    );
  });

  it('counts what is found again and keeps when it began', () => {
    const again = repeat(alert, { ...finding, raisedAt: NOW, since: NOW, summary: 'newer' });
    expect(again).toMatchObject({ repeats: 1, summary: 'newer', raisedAt: alert.raisedAt, since: alert.since });
  });
});

describe('the queue of a subscriber', () => {
  it('hands out alerts in order, whether the reader or the alert comes first', async () => {
    const queue = new AlertQueue(() => undefined);
    const early = queue.next();
    queue.push(alert);
    queue.push({ ...alert, id: 'al_2' });
    expect([(await early).value?.id, (await queue.next()).value?.id]).toEqual(['al_1', 'al_2']);
  });

  it('frees a waiting reader at once when it is closed, and tells its owner once', async () => {
    let ended = 0;
    const queue = new AlertQueue(() => ended++);
    const waiting = queue.next();
    await queue.return();
    await queue.return();
    expect(await waiting).toEqual({ value: undefined, done: true });
    expect(ended).toBe(1);
  });

  it('lets go of a subscriber that does not read', async () => {
    const queue = new AlertQueue(() => undefined);
    for (let i = 0; i < 1_001; i++) queue.push(alert);
    await expect(queue.next()).rejects.toMatchObject({ slug: 'monitoring/slow-subscriber' });
  });
});
