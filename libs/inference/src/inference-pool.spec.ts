import { Problem } from '#libs/problem';
import { InferencePool } from './inference-pool.js';
import type { InferencePoolOptions, PoolEvent } from './pool-options.js';
import { numbersOf, numberTensor, textsOf, textTensor } from './tensor-values.js';
import { picking, scaling, slow, summing } from './test-models.js';

const pools: InferencePool[] = [];
function open(options: InferencePoolOptions = {}): { readonly pool: InferencePool; readonly events: PoolEvent[] } {
  const events: PoolEvent[] = [];
  const pool = new InferencePool({ ...options, onEvent: (event) => void events.push(event) });
  pools.push(pool);
  return { pool, events };
}
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

async function problemOf(work: Promise<unknown>): Promise<Problem> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Problem) return error;
  throw new Error('no problem', { cause: error });
}

async function until(fact: () => boolean): Promise<void> {
  const limit = Date.now() + 20_000;
  while (!fact() && Date.now() < limit) await new Promise((resolve) => setTimeout(resolve, 2));
}

const x = (values: number[]) => numberTensor('x', 'FP32', values, [values.length / 2, 2]);
const place = (...names: string[]) => textTensor('place', names, [names.length, 1]);
const one = numberTensor('x', 'FP32', [1], [1]);
const HEAVY = slow(1_600);

describe('the pool of models', () => {
  it('runs numbers and texts, in any order of inputs, and answers in the order of outputs', async () => {
    const { pool } = open();
    const signature = await pool.load(scaling);
    expect(signature).toMatchObject({
      batchable: true,
      inputs: [
        { name: 'x', datatype: 'FP32', shape: [-1, 2] },
        { name: 'place', datatype: 'BYTES', shape: [-1, 1] },
      ],
    });
    const [y, echo] = await pool.infer(scaling.hash, [place('JFK', 'Zürich', ''), x([1, 2, 3, 4, 5, 6])]);
    expect(Array.from(numbersOf(y!))).toEqual([2, 4, 9, 12, 2.5, 3]);
    expect(textsOf(echo!)).toEqual(['JFK', 'Zürich', '']);
  });

  it('starts no process before the first model and ends it with the last', async () => {
    const { pool } = open();
    expect(pool.statistics().workers).toEqual([]);
    await pool.load(scaling);
    const [pid] = pool.statistics().workers;
    await pool.unload(scaling.hash);
    expect(pool.statistics().workers).toEqual([]);
    expect(() => process.kill(pid!, 0)).toThrow('ESRCH');
  });

  it('shares one run among the requests of one turn, and gives each its own rows', async () => {
    const { pool, events } = open();
    await pool.load(scaling);
    const names = ['JFK', 'Zürich', 'a longer name', ''];
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => pool.infer(scaling.hash, [x([i, -i]), place(names[i % 4]!)])),
    );
    answers.forEach(([y, echo], i) => {
      const rate = [2, 3, 0.5, 0.5][i % 4]!;
      expect(Array.from(numbersOf(y!), (value) => value + 0)).toEqual([i * rate, -i * rate + 0]);
      expect(textsOf(echo!)).toEqual([names[i % 4]]);
    });
    expect(events).toEqual([expect.objectContaining({ kind: 'batch', requests: 40, rows: 40 })]);
  });

  it('makes batches of at most the bound', async () => {
    const { pool, events } = open({ maxBatchRequests: 64 });
    await pool.load(scaling);
    await Promise.all(Array.from({ length: 130 }, () => pool.infer(scaling.hash, [x([1, 1]), place('JFK')])));
    expect(events.map((event) => event.kind === 'batch' && event.requests)).toEqual([64, 64, 2]);
  });

  it('lets one bad request fail alone', async () => {
    const { pool } = open();
    await pool.load(picking);
    const pick = (i: number) => pool.infer(picking.hash, [numberTensor('i', 'INT64', [i], [1])]);
    const [first, bad, last] = await Promise.allSettled([pick(0), pick(7), pick(2)]);
    expect(bad).toMatchObject({ status: 'rejected', reason: { kind: 'invalid', slug: 'inference/run-failed' } });
    expect([first, last].map((settled) => settled.status === 'fulfilled' && Array.from(numbersOf(settled.value[0]!)))).toEqual([
      [10],
      [30],
    ]);
  });

  it('does not batch a model whose outputs have other rows than its inputs', async () => {
    const { pool } = open();
    await pool.load(summing);
    const sums = await Promise.all(
      [1, 2, 3].map((value) => pool.infer(summing.hash, [numberTensor('x', 'FP32', [value, value], [2])])),
    );
    expect(sums.map(([sum]) => Array.from(numbersOf(sum!)))).toEqual([[2], [4], [6]]);
  });

  it.each([
    [
      'an unknown input',
      () => [x([1, 2]), place('JFK'), numberTensor('z', 'FP32', [1], [1])],
      'invalid',
      'inference/unknown-input',
    ],
    ['a missing input', () => [x([1, 2])], 'invalid', 'inference/missing-input'],
    ['an input given twice', () => [x([1, 2]), x([1, 2]), place('JFK')], 'invalid', 'inference/tensor'],
    ['zero rows', () => [numberTensor('x', 'FP32', [], [0, 2]), place()], 'invalid', 'inference/shape'],
    ['another width', () => [numberTensor('x', 'FP32', [1, 2, 3], [1, 3]), place('JFK')], 'invalid', 'inference/shape'],
    ['another rank', () => [numberTensor('x', 'FP32', [1, 2], [2]), place('JFK')], 'invalid', 'inference/shape'],
    ['a negative size', () => [numberTensor('x', 'FP32', [1, 2], [-1, 2]), place('JFK')], 'invalid', 'inference/shape'],
    ['rows that differ', () => [x([1, 2]), place('JFK', 'LGA')], 'invalid', 'inference/shape'],
    ['another datatype', () => [numberTensor('x', 'FP64', [1, 2], [1, 2]), place('JFK')], 'invalid', 'inference/datatype'],
    ['too few bytes', () => [numberTensor('x', 'FP32', [1], [1, 2]), place('JFK')], 'invalid', 'inference/tensor'],
    ['too many texts', () => [x([1, 2]), textTensor('place', ['a', 'b'], [1, 1])], 'invalid', 'inference/tensor'],
    ['a text with NUL', () => [x([1, 2]), place('J\0K')], 'invalid', 'inference/tensor'],
    [
      'a text that is not UTF-8',
      () => [x([1, 2]), { ...place(), shape: [1, 1], bytes: Uint8Array.of(1, 0, 0, 0, 0xff) }],
      'invalid',
      'inference/tensor',
    ],
    [
      'too many bytes',
      () => [numberTensor('x', 'FP32', new Array<number>(2_000).fill(1), [1_000, 2]), place('JFK')],
      'too-large',
      'inference/request-too-large',
    ],
  ])('refuses %s before the model runs', async (_name, inputs, kind, slug) => {
    const { pool, events } = open({ maxRequestBytes: 4_000 });
    await pool.load(scaling);
    expect(await problemOf(pool.infer(scaling.hash, inputs()))).toMatchObject({ kind, slug });
    expect(events).toEqual([]);
  });

  it('refuses a model that is not loaded, is no model, has another hash, or is one too many', async () => {
    const { pool } = open({ maxModels: 1 });
    expect(await problemOf(pool.infer(scaling.hash, []))).toMatchObject({
      kind: 'not-found',
      slug: 'inference/model-not-loaded',
    });
    const text = Buffer.from('not a model');
    expect(await problemOf(pool.load({ hash: scaling.hash, bytes: text }))).toMatchObject({
      kind: 'invalid',
      slug: 'inference/hash-mismatch',
    });
    const hash = '9a5d1ee5ba9d5ccc8d2b02d67b0a1a6f8f5e4e2a';
    expect(await problemOf(pool.load({ hash, path: '/nowhere/model.onnx' }))).toMatchObject({ slug: 'inference/model-missing' });
    await pool.load(scaling);
    expect(await problemOf(pool.load(picking))).toMatchObject({ kind: 'exhausted', slug: 'inference/models-full' });
  });

  it('refuses more than may wait, and what has waited too long', async () => {
    const { pool } = open({ maxQueuedRequests: 2 });
    await pool.load(HEAVY);
    const running = pool.infer(HEAVY.hash, [one]);
    await until(() => pool.statistics().running === 1);
    const late = problemOf(pool.infer(HEAVY.hash, [one], { deadline: new Date(Date.now() + 20) }));
    const caller = new AbortController();
    const gone = problemOf(pool.infer(HEAVY.hash, [one], { signal: caller.signal }));
    caller.abort();
    expect(await problemOf(pool.infer(HEAVY.hash, [one]))).toMatchObject({ kind: 'exhausted', slug: 'inference/queue-full' });
    expect(await late).toMatchObject({ kind: 'deadline', slug: 'inference/deadline' });
    expect(await gone).toMatchObject({ kind: 'cancelled', slug: 'inference/cancelled' });
    await expect(running).resolves.toHaveLength(1);
    expect(pool.statistics()).toMatchObject({ queued: 0, running: 0, heldBytes: 0 });
  });

  it('replaces a process that is killed, and runs again what it was running', async () => {
    const { pool, events } = open();
    await Promise.all([pool.load(HEAVY), pool.load(scaling)]);
    const [before] = pool.statistics().workers;
    const running = pool.infer(HEAVY.hash, [one]);
    const behind = pool.infer(scaling.hash, [x([1, 2]), place('JFK')]);
    await until(() => pool.statistics().running === 2);
    process.kill(before!, 'SIGKILL');
    expect(Array.from(numbersOf((await running)[0]!))).toEqual([1_600]);
    expect(Array.from(numbersOf((await behind)[0]!))).toEqual([2, 4]);
    expect(pool.statistics().workers).not.toContain(before);
    expect(events).toContainEqual({ kind: 'worker-exited', exit: expect.objectContaining({ pid: before, signal: 'SIGKILL' }) });
  });

  it('gives up a request that loses its process twice, and no other', async () => {
    const { pool } = open();
    await Promise.all([pool.load(scaling), pool.load(HEAVY)]); // in this order they are loaded again
    const fatal = problemOf(pool.infer(HEAVY.hash, [one]));
    const kill = async (): Promise<number> => {
      await until(() => pool.isReady(HEAVY.hash) && pool.statistics().running >= 1);
      const [pid] = pool.statistics().workers;
      process.kill(pid!, 'SIGKILL');
      await until(() => pool.statistics().workers[0] !== pid);
      return pid!;
    };
    await kill();
    await until(() => pool.isReady(HEAVY.hash) && pool.statistics().running === 1);
    const behind = pool.infer(scaling.hash, [x([1, 2]), place('JFK')]);
    await until(() => pool.statistics().running === 2);
    await kill();
    expect(await fatal).toMatchObject({ kind: 'unavailable', slug: 'inference/process-lost' });
    expect(Array.from(numbersOf((await behind)[0]!))).toEqual([2, 4]);
  });

  it('ends a run that takes too long', async () => {
    const endless = slow(4_000);
    const { pool } = open({ runLimitMs: 1_000 });
    await pool.load(scaling);
    const loading = await problemOf(pool.load(endless));
    expect(loading).toMatchObject({ kind: 'unavailable', slug: 'inference/model-crashed' });
    expect(await pool.infer(scaling.hash, [x([1, 2]), place('JFK')])).toHaveLength(2);
  });

  it('answers what it has accepted before it takes a model away', async () => {
    const { pool } = open();
    await pool.load(scaling);
    const accepted = Array.from({ length: 100 }, () => pool.infer(scaling.hash, [x([1, 2]), place('JFK')]));
    const unloaded = pool.unload(scaling.hash);
    expect(await problemOf(pool.infer(scaling.hash, [x([1, 2]), place('JFK')]))).toMatchObject({
      slug: 'inference/model-not-loaded',
    });
    await expect(Promise.all(accepted)).resolves.toHaveLength(100);
    await unloaded;
  });

  it('leaves the event loop free while a model runs', async () => {
    const { pool } = open();
    await pool.load(HEAVY);
    const start = performance.now();
    let longest = 0;
    const running = pool.infer(HEAVY.hash, [one]);
    let done = false;
    void running.then(() => (done = true));
    for (let last = performance.now(); !done; last = performance.now()) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      longest = Math.max(longest, performance.now() - last);
    }
    expect(longest).toBeLessThan((performance.now() - start) / 2);
  });

  it('uses each of its workers', async () => {
    const { pool } = open({ workers: 2 });
    await pool.load(HEAVY);
    expect(pool.statistics().workers).toHaveLength(2);
    const both = Promise.all([pool.infer(HEAVY.hash, [one]), pool.infer(HEAVY.hash, [one])]);
    await until(() => pool.statistics().running === 2);
    expect(pool.statistics().queued).toBe(0);
    await both;
  });
});
