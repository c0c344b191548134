import { InferencePool, featureTensors, numbersOf, type Tensor } from '#libs/inference';
import { featureBindings, inspectModel, packFeatures, type FeatureColumn, type ModelSummary } from '#libs/onnx-model';
import { Problem } from '#libs/problem';

/** Rows of one run: large enough to pay, small enough to be cancelled between. */
const BATCH_ROWS = 4_096;

/** A model file open in a process of its own, for many rows; `await using` ends the process. */
export class ExportedModelSession implements AsyncDisposable {
  private constructor(
    private readonly pool: InferencePool,
    private readonly hash: string,
    private readonly summary: ModelSummary,
  ) {}

  static async open(hash: string, bytes: Uint8Array): Promise<ExportedModelSession> {
    const summary = inspectModel(bytes);
    const pool = new InferencePool();
    try {
      await pool.load({ hash, bytes });
    } catch (error) {
      await pool.close(0);
      throw error;
    }
    return new ExportedModelSession(pool, hash, summary);
  }

  /** The probability of each row; features are found by name. */
  async probabilities(
    columns: Readonly<Record<string, FeatureColumn>>,
    rows: number,
    signal: AbortSignal,
  ): Promise<Float64Array> {
    const bindings = featureBindings(this.summary);
    const probabilities = new Float64Array(rows);
    for (let begin = 0; begin < rows; begin += BATCH_ROWS) {
      const end = Math.min(rows, begin + BATCH_ROWS);
      const part = Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, sliceOf(values, begin, end)]));
      const inputs = featureTensors(packFeatures(this.summary, bindings, part, end - begin));
      const outputs = await this.pool.infer(this.hash, inputs, { signal });
      probabilities.set(outputOf(outputs, 'probability'), begin);
    }
    return probabilities;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pool.close(0);
  }
}

function outputOf(outputs: readonly Tensor[], name: string): Float64Array {
  const output = outputs.find((tensor) => tensor.name === name);
  if (!output) throw new Problem('invalid', 'training/model-output', `the model has no output ${name}`, { output: name });
  return numbersOf(output);
}

function sliceOf(values: FeatureColumn, begin: number, end: number): FeatureColumn {
  return Array.prototype.slice.call(values, begin, end) as FeatureColumn;
}
