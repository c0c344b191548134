import type { ObjectReference } from '../run/run.js';

/** A model of the registry, as far as a pipeline needs it. */
export interface Model {
  readonly id: string;
  readonly name: string;
  readonly useCaseId: string;
}

/** A version that a new one is priced beside or compared with. */
export interface RegisteredVersion {
  readonly id: string;
  readonly artifact: ObjectReference;
  readonly threshold: number;
}

/** A tensor of a signature; -1 stands for the rows. */
export interface TensorSpec {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
}

/** The exported file and what it takes and gives. */
export interface ExportedModel {
  readonly artifact: ObjectReference;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}
