import { Problem } from '#libs/problem';

/** A deterministic stream of random numbers; never for secrets. */
export interface Random {
  /** Uniform over 0 … 2^32 - 1. */
  uint32(): number;
  /** Uniform over [0, 1) with 53 bits. */
  uniform(): number;
  /** Uniform over 0 … bound - 1, without bias; 1 <= bound <= 2^32. */
  below(bound: number): number;
}

/**
 * xoshiro128** 1.1 (Blackman & Vigna, ACM TOMS 2021) seeded by splitmix32: the same seed gives the same stream on every machine.
 *
 * @param seed a whole number (taken modulo 2^32), or a text such as a content hash
 */
export function seededRandom(seed: number | string): Random {
  return new Xoshiro128(expand(typeof seed === 'string' ? hashText(seed) : seed));
}

/** A stream from a given state; exported for the published test vectors. */
export function randomFromState(state: readonly [number, number, number, number]): Random {
  if (state.every((word) => word >>> 0 === 0)) {
    throw new Problem('invalid', 'statistics/seed-all-zero', 'the state of the generator must not be all zero');
  }
  return new Xoshiro128(Uint32Array.from(state));
}

class Xoshiro128 implements Random {
  constructor(private readonly state: Uint32Array) {}

  uint32(): number {
    const s = this.state;
    const scrambled = Math.imul(rotateLeft(Math.imul(s[1]!, 5), 7), 9) >>> 0;
    const shifted = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= shifted;
    s[3] = rotateLeft(s[3]!, 11);
    return scrambled;
  }

  uniform(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 0x4000000 + low) / 0x20000000000000;
  }

  below(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > 0x100000000) {
      throw new Problem('invalid', 'statistics/random-bound', 'the bound must be a whole number from 1 to 2^32', { bound });
    }
    const limit = 0x100000000 - (0x100000000 % bound); // values from `limit` up would favour the small ones
    let value = this.uint32();
    while (value >= limit) value = this.uint32();
    return value % bound;
  }
}

function rotateLeft(value: number, bits: number): number {
  return ((value << bits) | (value >>> (32 - bits))) >>> 0;
}

function expand(seed: number): Uint32Array {
  if (!Number.isInteger(seed)) throw new Problem('invalid', 'statistics/seed', 'a seed must be a whole number', { seed });
  let counter = seed >>> 0;
  return Uint32Array.from({ length: 4 }, () => {
    counter = (counter + 0x9e3779b9) >>> 0;
    let mixed = counter ^ (counter >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  });
}

/** FNV-1a over UTF-16 units. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
