const PREFIX = 4;
const encoder = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Why bytes are not the texts they claim to be. */
export type TextFault = 'more or fewer elements than its shape' | 'a text that is not UTF-8' | 'a text with a NUL character';

/** Encodes texts as the protocol does: the length of each before it. */
export function encodeTexts(texts: readonly string[]): Uint8Array {
  const encoded = texts.map((text) => encoder.encode(text));
  const bytes = new Uint8Array(encoded.reduce((sum, text) => sum + PREFIX + text.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const text of encoded) {
    view.setUint32(at, text.length, true);
    bytes.set(text, at + PREFIX);
    at += PREFIX + text.length;
  }
  return bytes;
}

/** The byte offsets at which elements begin, and the end; undefined where the lengths do not lead exactly to the end. */
export function textOffsets(bytes: Uint8Array, count: number): readonly number[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const offsets = [0];
  for (let i = 0, at = 0; i < count; i += 1) {
    if (at + PREFIX > bytes.length) return undefined;
    at += PREFIX + view.getUint32(at, true);
    if (at > bytes.length) return undefined;
    offsets.push(at);
  }
  return offsets[count] === bytes.length ? offsets : undefined;
}

/** Decodes texts; the count must have been checked. @throws TypeError where one is not UTF-8 */
export function decodeTexts(bytes: Uint8Array, count: number): string[] {
  const offsets = textOffsets(bytes, count);
  if (offsets === undefined) throw new TypeError('the lengths do not fit the bytes');
  return Array.from({ length: count }, (_, i) => strict.decode(bytes.subarray(offsets[i]! + PREFIX, offsets[i + 1])));
}

/** Checks texts before a model sees them: the runtime cuts a text at NUL, and a wrong one would be read as another. */
export function textFault(bytes: Uint8Array, count: number): TextFault | undefined {
  const offsets = textOffsets(bytes, count);
  if (offsets === undefined) return 'more or fewer elements than its shape';
  for (let i = 0; i < count; i += 1) {
    const text = bytes.subarray(offsets[i]! + PREFIX, offsets[i + 1]);
    if (text.includes(0)) return 'a text with a NUL character';
    try {
      strict.decode(text);
    } catch {
      return 'a text that is not UTF-8';
    }
  }
  return undefined;
}
