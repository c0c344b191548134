import type { InferOptions, Tensor, TensorSpec } from '#libs/inference';

/** What stands behind a name: an endpoint looks to callers like a model, but decides, and remembers. */
export interface EndpointModel {
  readonly isReady: boolean;
  readonly versions: readonly string[];
  /** The tensors that it takes and gives. */
  describe(): Promise<{ readonly inputs: readonly TensorSpec[]; readonly outputs: readonly TensorSpec[] }>;
  /** Decides rows; what it answers has been recorded. */
  infer(requestId: string, tensors: readonly Tensor[], options: InferOptions): Promise<readonly Tensor[]>;
}

/** The endpoints of the control part, as the inference door meets them; absent where the inference part runs alone. */
export interface EndpointDoor {
  /** Whether what answered until the last stop is loaded again. */
  readonly isReady: boolean;
  find(workspace: string, name: string): Promise<EndpointModel | undefined>;
}

/** Injection token of the `EndpointDoor`. */
export const ENDPOINT_DOOR = Symbol('endpoint door');
