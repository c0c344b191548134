import { Inject, Injectable } from '@nestjs/common';
import { compileEvaluator, checkExpression, type ExpressionRecord } from '#libs/expression';
import { featureTensors, InferencePool, numbersOf } from '#libs/inference';
import { featureBindings, inspectModel, packFeatures, type FeatureColumn } from '#libs/onnx-model';
import type { ObjectStore } from '#libs/objects';
import { Problem } from '#libs/problem';
import { cellAt, type ColumnarResult, type SqlEngine } from '#libs/sql';
import { OBJECTS } from '#libs/storage';
import type { ModelVersion } from '../model-version/model-version.js';
import { SQL } from '../tokens.js';
import type { ArtifactMeasures } from './gate.js';

/** Rows with the probability that the version's source computes for them. */
interface ReferenceRows {
  readonly columns: Readonly<Record<string, FeatureColumn>>;
  readonly probabilities: readonly number[];
}

const MOST_ROWS = 2_000;
const LATENCY_RUNS = 200;
const RULE_VALUES: readonly number[] = [NaN, -1, 0, 0.1, 0.29, 0.3, 0.31, 0.5, 1, 100];
const RULE_ROWS = 500;

/** Runs a version's artifact as serving would, and compares it with what its source says. */
@Injectable()
export class ArtifactProbe {
  constructor(
    @Inject(OBJECTS) private readonly objects: ObjectStore,
    @Inject(SQL) private readonly sql: SqlEngine,
    private readonly pool: InferencePool,
  ) {}

  async measure(version: ModelVersion): Promise<ArtifactMeasures> {
    const { hash } = version.artifact;
    const bytes = await this.objects.bytes(version.workspace, hash);
    const summary = inspectModel(bytes);
    const bindings = featureBindings(summary);
    const reference = version.kind === 'rule' ? ruleRows(version.expression!, bindings) : await this.parityRows(version);
    await this.pool.load({ hash, bytes });
    try {
      const run = async (columns: ReferenceRows['columns'], rows: number): Promise<Float64Array> => {
        const outputs = await this.pool.infer(hash, featureTensors(packFeatures(summary, bindings, columns, rows)));
        return numbersOf(outputs.find(({ name }) => name === 'probability')!);
      };
      const computed = await run(reference.columns, reference.probabilities.length);
      const largestDifference = largest(reference.probabilities, computed);
      return { largestDifference, rows: reference.probabilities.length, latencyMsP99: await latencyP99(reference, run) };
    } finally {
      await this.pool.unload(hash);
    }
  }

  private async parityRows({ workspace, parityRows }: ModelVersion): Promise<ReferenceRows> {
    if (!parityRows)
      throw new Problem('conflict', 'registry/no-parity-rows', 'the version brought no rows on which parity can be proved');
    const rows = { workspace, objects: [parityRows.hash] };
    const result = await this.sql.columns({ sql: `select * from parity_rows limit ${MOST_ROWS}`, tables: { parity_rows: rows } });
    const columns = Object.fromEntries(result.columns.map(({ name }, index) => [name, featureColumn(result, index)]));
    return { columns, probabilities: columns['probability'] as readonly number[] };
  }
}

/** Missing values as models expect them: NaN and the empty text. */
function featureColumn(result: ColumnarResult, index: number): FeatureColumn {
  const column = result.columns[index]!;
  const missing = column.kind === 'string' ? '' : NaN;
  return Array.from({ length: result.rowCount }, (_, row) => cellAt(column, row) ?? missing) as FeatureColumn;
}

/** Values around every likely limit, and missing ones, mixed so that each feature meets each value of the others. */
function ruleRows(expression: string, bindings: readonly { readonly feature: string; readonly type: string }[]): ReferenceRows {
  const types = Object.fromEntries(
    bindings.map(({ feature, type }) => [feature, type === 'string' ? ('text' as const) : ('number' as const)]),
  );
  const texts = ['', ...(expression.match(/'[^']*'/g) ?? []).map((literal) => literal.slice(1, -1)), 'another'];
  const valuesOf = (type: string): readonly (number | string)[] => (type === 'string' ? texts : RULE_VALUES);
  const columns = Object.fromEntries(
    bindings.map(({ feature, type }, place) => {
      const values = valuesOf(type);
      return [
        feature,
        Array.from({ length: RULE_ROWS }, (_, row) => values[Math.floor(row / values.length ** place) % values.length]!),
      ];
    }),
  );
  const evaluate = compileEvaluator(checkExpression(expression, types, 'boolean'));
  const recordAt = (row: number): ExpressionRecord =>
    Object.fromEntries(
      Object.entries(columns).map(([name, values]) => [
        name,
        values[row] === '' || Number.isNaN(values[row]) ? null : values[row]!,
      ]),
    );
  return {
    columns: columns as ReferenceRows['columns'],
    probabilities: Array.from({ length: RULE_ROWS }, (_, row) => (evaluate(recordAt(row)) === true ? 1 : 0)),
  };
}

/** A value that is no number is infinitely far: it must not pass for a match. */
function largest(expected: readonly number[], computed: Float64Array): number {
  return expected.reduce((most, value, row) => {
    const difference = Math.abs(value - computed[row]!);
    return Number.isNaN(difference) ? Infinity : Math.max(most, difference);
  }, 0);
}

async function latencyP99(
  { columns, probabilities }: ReferenceRows,
  run: (columns: ReferenceRows['columns'], rows: number) => Promise<unknown>,
): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < LATENCY_RUNS; index++) {
    const row = index % probabilities.length;
    const single = Object.fromEntries(
      Object.entries(columns).map(([name, values]) => [name, [values[row]!]]),
    ) as ReferenceRows['columns'];
    const startedAt = performance.now();
    await run(single, 1);
    times.push(performance.now() - startedAt);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)]!;
}
