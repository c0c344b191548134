import { Problem } from '#libs/problem';
import { categoryColumn, featureGains, numericColumn, parseModel, scoreRows, trainBoosting, type LabelledRows } from './index.js';
import { randomFrom } from './random.js';

/** Rows whose outcome depends on `hours`, `place` and on whether `gust` is missing; `noise` tells nothing. */
function madeUpRows(count: number, seed: number): LabelledRows {
  const random = randomFrom(seed);
  const places = ['JFK', 'LGA', 'EWR', null];
  const rows = Array.from({ length: count }, () => {
    const [hours, gust, place] = [random() * 24, random() < 0.3 ? NaN : random(), places[Math.floor(random() * 4)]!];
    const logOdds = -3 + hours / 6 + (Number.isNaN(gust) ? 1.5 : 0) + (place === 'EWR' ? 1 : place === null ? -1 : 0);
    return { hours, gust, place, noise: random(), label: random() < 1 / (1 + Math.exp(-logOdds)) ? 1 : 0 };
  });
  return {
    count,
    labels: Uint8Array.from(rows, (row) => row.label),
    columns: [
      numericColumn(
        'hours',
        Float32Array.from(rows, (row) => row.hours),
      ),
      numericColumn(
        'gust',
        Float32Array.from(rows, (row) => row.gust),
      ),
      numericColumn(
        'noise',
        Float32Array.from(rows, (row) => row.noise),
      ),
      categoryColumn(
        'place',
        rows.map((row) => row.place),
      ),
    ],
  };
}

const training = madeUpRows(20_000, 1);
const validation = madeUpRows(4_000, 2);
const options = { trees: 30, rowFraction: 0.8, featureFraction: 0.75, seed: 7 };

async function problemOf(work: Promise<unknown>): Promise<Problem> {
  const fault = await work.then(
    () => new Error('nothing was refused'),
    (error: unknown) => error,
  );
  if (fault instanceof Problem) return fault;
  throw fault;
}

describe('a training', () => {
  it('gives the same model, bit for bit, on one, two and five threads', async () => {
    const models = [];
    for (const threads of [1, 2, 5])
      models.push(JSON.stringify((await trainBoosting({ training, validation, options, threads })).model));
    expect(models[1]).toBe(models[0]);
    expect(models[2]).toBe(models[0]);
  });

  it('gives another model for another seed where rows and features are sampled', async () => {
    const [one, other] = await Promise.all(
      [7, 8].map((seed) => trainBoosting({ training, options: { ...options, seed }, threads: 1 })),
    );
    expect(JSON.stringify(other!.model.trees)).not.toBe(JSON.stringify(one!.model.trees));
  });

  it('learns what the rows hold, the direction of missing values included, and ranks features by it', async () => {
    const { model, history } = await trainBoosting({ training, validation, threads: 2 });
    const scores = await scoreRows(model, validation);
    const gust = validation.columns[1]!;
    const mean = (wanted: (row: number) => boolean): number => {
      const rows = Array.from(scores.keys()).filter(wanted);
      return rows.reduce((sum, row) => sum + scores[row]!, 0) / rows.length;
    };
    const missing = (row: number): boolean => gust.kind === 'numeric' && Number.isNaN(gust.values[row]);
    expect(mean(missing) - mean((row) => !missing(row))).toBeGreaterThan(1);
    expect(history.at(-1)!.validationLogLoss).toBeLessThan(history[0]!.validationLogLoss!);
    expect(featureGains(model)[0]!.feature).toBe('hours');
    expect(featureGains(model).at(-1)!.feature).toBe('noise');
  });

  it('reports the very log-loss that scoring the rows gives', async () => {
    const { model, history } = await trainBoosting({ training, validation, options, threads: 2 });
    const scores = await scoreRows(model, validation);
    const loss = scores.reduce((sum, score, row) => sum + Math.log1p(Math.exp(validation.labels[row] === 1 ? -score : score)), 0);
    expect(history.at(-1)!.validationLogLoss).toBeCloseTo(loss / validation.count, 6);
  });

  it('stops early and keeps the trees up to the best on the validation rows', async () => {
    const { model, history } = await trainBoosting({
      training,
      validation,
      options: { trees: 500, learningRate: 0.5, patience: 5 },
    });
    const losses = history.map((progress) => progress.validationLogLoss!);
    expect(model.trees).toHaveLength(losses.indexOf(Math.min(...losses)) + 1);
    expect(history).toHaveLength(model.trees.length + 5);
  });

  it('keeps the least number of rows in every leaf', async () => {
    const { model } = await trainBoosting({ training, options: { trees: 1, leaves: 64, minRowsPerLeaf: 700 } });
    const leaves = new Map<number, number>();
    for (const score of await scoreRows(model, training)) leaves.set(score, (leaves.get(score) ?? 0) + 1);
    expect(leaves.size).toBeGreaterThan(5);
    expect(Math.min(...leaves.values())).toBeGreaterThanOrEqual(700);
  });

  it('ends at once when its signal is aborted', async () => {
    const abort = new AbortController();
    const work = trainBoosting({ training, options: { trees: 10_000 }, signal: abort.signal, onTree: () => abort.abort() });
    expect((await problemOf(work)).kind).toBe('cancelled');
  });

  it('fails where the progress callback fails', async () => {
    const work = trainBoosting({ training, onTree: () => { throw new RangeError('full'); } }); // prettier-ignore
    await expect(work).rejects.toThrow('full');
  });
});

describe('bad input', () => {
  const column = training.columns[0]!;
  const infinite = numericColumn('hours', new Float32Array(training.count).fill(Infinity));
  it.each([
    ['rows of one class', { training: { ...training, labels: new Uint8Array(training.count) } }, 'boosting/one-class'],
    [
      'a label that is neither 0 nor 1',
      { training: { ...training, labels: new Uint8Array(training.count).fill(2) } },
      'boosting/labels',
    ],
    [
      'a column of another length',
      { training: { ...training, columns: [numericColumn('x', new Float32Array(3))] } },
      'boosting/column',
    ],
    ['two columns of one name', { training: { ...training, columns: [column, column] } }, 'boosting/columns'],
    ['an infinite value', { training: { ...training, columns: [infinite] } }, 'boosting/column'],
    [
      'a validation set without a column',
      { training, validation: { ...validation, columns: validation.columns.slice(1) } },
      'boosting/validation',
    ],
    ['an option out of range', { training, options: { bins: 256 } }, 'boosting/option'],
    ['an option that does not exist', { training, options: JSON.parse('{"depth":3}') as object }, 'boosting/option'],
  ])('%s is refused with its slug', async (_, task, slug) => {
    expect((await problemOf(trainBoosting(task))).slug).toBe(slug);
  });
});

describe('a model as JSON', () => {
  it('scores as before after it was written and read', async () => {
    const { model } = await trainBoosting({ training, options });
    const read = parseModel(JSON.stringify(model));
    expect(await scoreRows(read, validation)).toEqual(await scoreRows(model, validation));
  });

  it('is refused where a tree could be walked for ever', async () => {
    const { model } = await trainBoosting({ training, options: { trees: 1 } });
    const looping = { ...model, trees: [{ ...model.trees[0]!, left: model.trees[0]!.left.map(() => 0) }] };
    expect(() => parseModel(JSON.stringify(looping))).toThrow(Problem);
  });
});
