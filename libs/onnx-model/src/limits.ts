import { Problem } from '#libs/problem';

/** Bounds on a file that somebody else wrote. */
export const MODEL_LIMITS = {
  bytes: 256 * 2 ** 20,
  border: 4096,
  nodes: 100_000,
  metadata: 1024,
  metadataBytes: 8 * 2 ** 20,
  depth: 8,
} as const;

export function tooLarge(what: string, found: number, limit: number): never {
  throw new Problem('too-large', 'onnx/limits', `the model has ${found} ${what}; at most ${limit} are accepted`, {
    what,
    found,
    limit,
  });
}
