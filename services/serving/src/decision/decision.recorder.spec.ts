import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Spool } from '#libs/spool';
import type { Decision } from './decision.js';
import type { DecisionBatch } from './decision-batch.js';
import { DecisionRecorder } from './decision.recorder.js';

let folder: string;
let spool: Spool;
let recorder: DecisionRecorder;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recorder-'));
  spool = await Spool.open(folder, { maxBytes: 20_000 });
  recorder = new DecisionRecorder(spool);
});
afterEach(async () => {
  await spool.close();
  await rm(folder, { recursive: true, force: true });
});

const layout = { id: 'l1', request: [], features: [] };
function batch(ids: readonly string[], change: Partial<Decision> = {}): DecisionBatch {
  const decisions = ids.map((id): Decision => ({
    id,
    workspace: 'main',
    endpointId: 'ep_1',
    versionId: 'mv_1',
    arm: 'champion',
    decidedAt: new Date(1_000),
    rowKey: id,
    probability: 0.5,
    threshold: 0.3,
    proposedAct: true,
    baselineAct: null,
    layoutId: 'l1',
    request: [],
    features: [],
    ...change,
  }));
  return { workspace: 'main', useCaseId: 'uc_1', layout, decisions };
}

const onDisk = (): string =>
  readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join();

describe('recording decisions', () => {
  it('has each one on the disk before it is answered', async () => {
    for (let i = 0; i < 20; i += 1) {
      await recorder.record(batch([`dec_${i}`]));
      expect(onDisk()).toContain(`"dec_${i}"`); // read in the same step as the answer
    }
  });

  it('lets the first hold where the same id comes again, at once or later', async () => {
    const [[first], [second]] = await Promise.all([
      recorder.record(batch(['dec_a'])),
      recorder.record(batch(['dec_a'], { proposedAct: false })),
    ]);
    expect([first!.proposedAct, second!.proposedAct]).toEqual([true, true]);
    expect(
      (await recorder.record(batch(['dec_a', 'dec_b'], { proposedAct: false }))).map(({ proposedAct }) => proposedAct),
    ).toEqual([true, false]);
    expect(recorder.pendingCount).toBe(2);
  });

  it('does not answer a decision that could not be kept, and does not hold it for made', async () => {
    const endless = batch(['dec_endless'], { rowKey: 'x'.repeat(30_000) });
    await expect(recorder.record(endless)).rejects.toMatchObject({ kind: 'exhausted', slug: 'spool/full' });
    expect(recorder.find('main', 'dec_endless')).toBeUndefined();
    await expect(recorder.record(batch(['dec_endless']))).resolves.toHaveLength(1);
  });

  it('knows after a crash what had not reached the database', async () => {
    await recorder.record(batch(['dec_left']));
    const again = new DecisionRecorder(await Spool.open(folder));
    await again.onModuleInit();
    expect(again.find('main', 'dec_left')).toEqual(batch(['dec_left']).decisions[0]);
    expect(again.find('other', 'dec_left')).toBeUndefined();
  });
});
