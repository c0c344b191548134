/** FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** The partition of a key: the same for ever, because the key's order lives in it. */
export function partitionOf(key: string, partitions: number): number {
  return fnv1a(key) % partitions;
}
