const FIXED: Readonly<Record<string, readonly [number, (bytes: Buffer, at: number) => number | boolean]>> = {
  BOOL: [1, (bytes, at) => bytes[at] !== 0],
  INT32: [4, (bytes, at) => bytes.readInt32LE(at)],
  INT64: [8, (bytes, at) => Number(bytes.readBigInt64LE(at))],
  FP32: [4, (bytes, at) => bytes.readFloatLE(at)],
  FP64: [8, (bytes, at) => bytes.readDoubleLE(at)],
};

/** The values of a raw tensor: little-endian, and BYTES elements each behind their length in four bytes (Open Inference Protocol). */
export function rawValues(datatype: string, bytes: Buffer): readonly (string | number | boolean)[] {
  if (datatype === 'BYTES') return texts(bytes);
  const fixed = FIXED[datatype];
  if (!fixed) throw new Error(`no reader for tensors of ${datatype}`);
  const [size, read] = fixed;
  return Array.from({ length: bytes.length / size }, (_, index) => read(bytes, index * size));
}

function texts(bytes: Buffer): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32LE(at);
    found.push(bytes.toString('utf8', at + 4, at + 4 + length));
    at += 4 + length;
  }
  return found;
}
