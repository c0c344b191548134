import { DuckDBInstance } from '@duckdb/node-api';
import ort from 'onnxruntime-node';
import { categoryColumn, numericColumn, scoreRows, trainBoosting, type BoostedModel, type LabelledRows } from '#libs/boosting';
import { fitIsotonic, fitPlatt, type Calibration } from '#libs/calibration';
import { featureBindings, inspectModel } from '#libs/onnx-model';
import { exportBoosting, METADATA, parity, type CalibratedModel, type RunExported } from './index.js';

const DATA = new URL('../../../deploy/demo/flights/data/', import.meta.url).pathname;

/** January's flights with columns of both kinds in mixed order; departure delay and gusts have many missing values. */
async function readJanuary(): Promise<LabelledRows> {
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  const reader = await connection.runAndReadAll(`
    select f.arr_delay > 15 as late, f.carrier, coalesce(try_cast(w.wind_gust as float), 'nan') as gust, f.hour::float as hour, f.tailnum,
      coalesce(try_cast(w.pressure as float), 'nan') as pressure, f.dest
    from '${DATA}flights.parquet' f
    left join read_csv('${DATA}weather.csv', all_varchar = true) w on w.origin = f.origin and w.time_hour::timestamp = f.time_hour::timestamp
    where f.month = 1 order by f.time_hour, f.carrier, f.flight, f.origin`);
  const read = reader.getColumnsObject();
  const numbers = (name: string) => numericColumn(name, Float32Array.from(read[name] as number[]));
  const texts = (name: string) => categoryColumn(name, read[name] as (string | null)[]);
  return {
    count: read['late']!.length,
    labels: Uint8Array.from(read['late']!, (late) => (late === true ? 1 : 0)),
    columns: [texts('carrier'), numbers('gust'), numbers('hour'), texts('tailnum'), numbers('pressure'), texts('dest')],
  };
}

async function session(exported: Uint8Array): Promise<RunExported> {
  const opened = await ort.InferenceSession.create(exported, { intraOpNumThreads: 1 });
  return async (inputs) => {
    const feeds = inputs.map(({ name, type, shape, values }) => [
      name,
      type === 'string'
        ? new ort.Tensor('string', values as string[], shape)
        : new ort.Tensor('float32', Float32Array.from(values as number[]), shape),
    ]);
    const outputs = await opened.run(Object.fromEntries(feeds) as Record<string, ort.Tensor>);
    return { probability: outputs['probability']!.data as Float32Array, score: outputs['score']!.data as Float32Array };
  };
}

let rows: LabelledRows;
let model: BoostedModel;
const calibrations: Record<string, Calibration> = { none: { kind: 'none' } };

beforeAll(async () => {
  rows = await readJanuary();
  ({ model } = await trainBoosting({ training: rows, options: { trees: 60, priorRows: 5 } }));
  const heldOut = { scores: await scoreRows(model, rows), labels: rows.labels };
  calibrations['platt'] = fitPlatt(heldOut);
  calibrations['isotonic'] = fitIsotonic(heldOut);
});

describe('an exported model', () => {
  it.each(['none', 'platt', 'isotonic'])(
    'answers as the trained one on real rows with missing values, calibration %s',
    async (kind) => {
      const source: CalibratedModel = { name: 'flights', model, calibration: calibrations[kind]!, threshold: 0.3 };
      const exported = exportBoosting(source);
      const found = await parity(source, exported, rows, await session(exported));
      expect(found.rows).toBe(27_004);
      expect(found.rowsWithMissing).toBeGreaterThan(10_000);
      expect(found.maxScoreDifference).toBe(0);
      expect(found.maxProbabilityDifference).toBeLessThan(1e-6);
    },
  );

  it('takes texts it never saw as the prior, and says what it reads and where', async () => {
    const source: CalibratedModel = {
      name: 'flights',
      model,
      calibration: calibrations['isotonic']!,
      threshold: 25 / 85,
      metadata: { owner: 'test' },
    };
    const exported = exportBoosting(source);
    const unseen: LabelledRows = {
      count: 2,
      labels: Uint8Array.of(0, 0),
      columns: rows.columns.map((column) =>
        column.kind === 'numeric'
          ? numericColumn(column.name, Float32Array.of(NaN, 12))
          : categoryColumn(column.name, ['never seen', null]),
      ),
    };
    expect((await parity(source, exported, unseen, await session(exported))).maxScoreDifference).toBe(0);
    const summary = inspectModel(exported);
    expect(featureBindings(summary).map(({ feature, input, column }) => [feature, input, column])).toEqual([
      ['gust', 'numeric', 0],
      ['hour', 'numeric', 1],
      ['pressure', 'numeric', 2],
      ['carrier', 'category', 0],
      ['tailnum', 'category', 1],
      ['dest', 'category', 2],
    ]);
    expect(Number(summary.metadata[METADATA.threshold])).toBe(25 / 85);
    expect(summary.metadata['owner']).toBe('test');
  });

  it('is told from a model that differs in one leaf', async () => {
    const source: CalibratedModel = { name: 'flights', model, calibration: { kind: 'none' }, threshold: 0.3 };
    const leaf = model.trees[0]!.left.indexOf(-1);
    const tree = { ...model.trees[0]!, value: model.trees[0]!.value.with(leaf, model.trees[0]!.value[leaf]! + 0.001) };
    const other = exportBoosting({ ...source, model: { ...model, trees: [tree, ...model.trees.slice(1)] } });
    expect((await parity(source, other, rows, await session(other))).maxScoreDifference).toBeGreaterThan(5e-4);
  });
});
