import { MAX_WHOLE } from './byte-writer.js';
import { Problem } from '#libs/problem';

/** Finer fractions than this are not kept: about a millionth. */
const MOST_BITS = 20;

/**
 * The grid on which a measure is summed, so that sums are exact in any order and any grouping: whole numbers as they are, fractions in
 * multiples of 2^-bits, as fine as the sum of all magnitudes leaves room for in 52 bits.
 * @throws Problem too-large `timeline/sum-too-large` where even whole numbers would not be exact
 */
export function fractionBitsFor(values: Iterable<number>): number {
  let magnitude = 0;
  let whole = true;
  for (const value of values) {
    magnitude += Math.abs(value) + 1;
    whole &&= Number.isInteger(value);
  }
  if (magnitude > MAX_WHOLE) {
    throw new Problem(
      'too-large',
      'timeline/sum-too-large',
      'the magnitudes of a summed column exceed 2^52: sums would not be exact',
      {
        magnitude,
      },
    );
  }
  return whole ? 0 : Math.min(MOST_BITS, Math.floor(Math.log2(MAX_WHOLE / magnitude)));
}

/** The multiple of 2^-fractionBits next to a value (halves go up), in units of that fraction. */
export function toUnits(value: number, fractionBits: number): number {
  return Math.floor(value * 2 ** fractionBits + 0.5);
}
