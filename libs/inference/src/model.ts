import type { TensorSpec } from './tensor.js';

/** What a loaded model says of itself. */
export interface ModelSignature {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** Rows of several requests may share one run: the first dimension of every input and output is one and the same free size. */
  readonly batchable: boolean;
}

/** Where a model's ONNX file is. A path is read by the model's own process; bytes are kept here, to load them again after a crash. */
export type ModelSource = { readonly path: string } | { readonly bytes: Uint8Array };

/** A model to load: `hash` is the SHA-256 of the file in lower-case hexadecimal, which is verified and names the model from then on. */
export type ModelFile = { readonly hash: string } & ModelSource;
