/** Float32 outputs of one double sum part by less. */
export const PARITY_LIMIT = 1e-6;

/** The largest difference of two columns of probabilities; infinite where one is not a number, which must not pass for a match. */
export function largestDifference(trained: ArrayLike<number>, exported: ArrayLike<number>): number {
  if (trained.length !== exported.length) return Infinity;
  let largest = 0;
  for (let row = 0; row < trained.length; row++) {
    const difference = Math.abs(trained[row]! - exported[row]!);
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference;
  }
  return largest;
}
