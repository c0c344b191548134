/**
 * The text that names an entity by its key values: a single key as it is; several with their lengths before them, so that no two lists
 * of values have the same name. Null where a key is missing.
 * @param keys texts, or whole numbers
 */
export function entityKeyOf(keys: readonly (string | number | null)[]): string | null {
  const texts: string[] = [];
  for (const key of keys) {
    if (key === null || key === '' || (typeof key === 'number' && !Number.isSafeInteger(key))) return null;
    texts.push(typeof key === 'number' ? String(key === 0 ? 0 : key) : key);
  }
  return texts.length === 1 ? texts[0]! : texts.map((text) => `${text.length}:${text}`).join('');
}
