import { createHash } from 'node:crypto';
import ort, { type InferenceSession } from 'onnxruntime-node';
import { isBatchable } from './batch.js';
import type { Failure } from './message.js';
import type { ModelSignature } from './model.js';
import { fromRuntime, specOf, toRuntime } from './runtime-tensor.js';
import { elementCount, WIDTHS, type Tensor, type TensorSpec } from './tensor.js';
import { encodeTexts } from './text-bytes.js';

const LONGEST_DETAIL = 300;

/** One thread and no arena: processes, not threads, are the unit of scaling, and freed memory goes back. */
const OPTIONS: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  enableCpuMemArena: false,
  enableMemPattern: false,
  logSeverityLevel: 3,
};

/** A failure that the caller of the pool can act on. */
export class SessionFault extends Error {
  constructor(readonly failure: Failure) {
    super(failure.detail);
  }
}

function fault(slug: Failure['slug'], detail: string, cause?: unknown): SessionFault {
  const [line] = cause instanceof Error ? cause.message.split('\n') : [];
  return new SessionFault({ slug, detail: line === undefined ? detail : `${detail}: ${line.slice(0, LONGEST_DETAIL)}` });
}

/** A model in the runtime, warm. */
export class Session {
  private constructor(
    private readonly session: InferenceSession,
    readonly signature: ModelSignature,
  ) {}

  /** @throws SessionFault `inference/hash-mismatch`, `inference/model-invalid`, `inference/model-warm-up` */
  static async open(hash: string, file: Uint8Array): Promise<Session> {
    const found = createHash('sha256').update(file).digest('hex');
    if (found !== hash) throw fault('inference/hash-mismatch', `the file has the hash ${found}, not ${hash}`);
    const session = await ort.InferenceSession.create(file, OPTIONS).catch((error: unknown) => {
      throw fault('inference/model-invalid', 'the runtime cannot load the model', error);
    });
    try {
      const opened = new Session(session, signatureOf(session));
      await opened.warmUp();
      return opened;
    } catch (error) {
      await session.release();
      throw error;
    }
  }

  /** @throws SessionFault `inference/run-failed` */
  async run(inputs: readonly Tensor[]): Promise<readonly Tensor[]> {
    try {
      const outputs = await this.session.run(Object.fromEntries(inputs.map((input) => [input.name, toRuntime(input)])));
      return this.signature.outputs.map(({ name }) => fromRuntime(name, outputs[name]!));
    } catch (error) {
      throw fault('inference/run-failed', 'the model could not compute these inputs', error);
    }
  }

  release(): Promise<void> {
    return this.session.release();
  }

  /** Twice: the first run plans, the second runs as later ones will. A model whose inner sizes are free may refuse the sizes tried here. */
  private async warmUp(): Promise<void> {
    const inputs = this.signature.inputs.map(blank);
    const guessed = this.signature.inputs.some(({ shape }) => shape.slice(1).includes(-1));
    for (let i = 0; i < 2; i += 1) {
      await this.run(inputs).catch((error: unknown) => {
        if (!guessed) throw fault('inference/model-warm-up', 'the model fails on a blank row', error);
      });
    }
  }
}

function signatureOf(session: InferenceSession): ModelSignature {
  const inputs = session.inputMetadata.map(specOf);
  const outputs = session.outputMetadata.map(specOf);
  const known = (spec: TensorSpec | undefined): spec is TensorSpec => spec !== undefined;
  if (!inputs.every(known) || !outputs.every(known))
    throw fault('inference/model-invalid', 'an input or output of the model is not a tensor (ZipMap?)');
  const rowNames = [...session.inputMetadata, ...session.outputMetadata].map((value) =>
    value.isTensor ? value.shape[0]?.toString() : undefined,
  );
  return { inputs, outputs, batchable: isBatchable({ inputs, outputs }, rowNames) };
}

function blank({ name, datatype, shape }: TensorSpec): Tensor {
  const sizes = shape.map((size) => (size === -1 ? 1 : size));
  const count = elementCount(sizes);
  const bytes =
    datatype === 'BYTES' ? encodeTexts(Array.from({ length: count }, () => '')) : new Uint8Array(count * WIDTHS[datatype]);
  return { name, datatype, shape: sizes, bytes };
}
