import { Problem } from '#libs/problem';
import { decodeTexts, encodeTexts, textFault } from './text-bytes.js';
import { elementCount, WIDTHS, type Datatype, type Tensor } from './tensor.js';

type NumberDatatype = Exclude<Datatype, 'BYTES' | 'FP16'>;

const WRITERS: Readonly<Record<NumberDatatype, (view: DataView, at: number, value: number) => void>> = {
  BOOL: (view, at, value) => view.setUint8(at, value === 0 ? 0 : 1),
  UINT8: (view, at, value) => view.setUint8(at, value),
  UINT16: (view, at, value) => view.setUint16(at, value, true),
  UINT32: (view, at, value) => view.setUint32(at, value, true),
  UINT64: (view, at, value) => view.setBigUint64(at, BigInt(value), true),
  INT8: (view, at, value) => view.setInt8(at, value),
  INT16: (view, at, value) => view.setInt16(at, value, true),
  INT32: (view, at, value) => view.setInt32(at, value, true),
  INT64: (view, at, value) => view.setBigInt64(at, BigInt(value), true),
  FP32: (view, at, value) => view.setFloat32(at, value, true),
  FP64: (view, at, value) => view.setFloat64(at, value, true),
};

const READERS: Readonly<Record<NumberDatatype, (view: DataView, at: number) => number>> = {
  BOOL: (view, at) => view.getUint8(at),
  UINT8: (view, at) => view.getUint8(at),
  UINT16: (view, at) => view.getUint16(at, true),
  UINT32: (view, at) => view.getUint32(at, true),
  UINT64: (view, at) => Number(view.getBigUint64(at, true)),
  INT8: (view, at) => view.getInt8(at),
  INT16: (view, at) => view.getInt16(at, true),
  INT32: (view, at) => view.getInt32(at, true),
  INT64: (view, at) => Number(view.getBigInt64(at, true)),
  FP32: (view, at) => view.getFloat32(at, true),
  FP64: (view, at) => view.getFloat64(at, true),
};

function unreadable(tensor: Tensor, why: string): Problem {
  return new Problem('invalid', 'inference/tensor', `the tensor '${tensor.name}' ${why}`, { tensor: tensor.name });
}

/** Makes a tensor of numbers, row-major; a BOOL takes 0 and 1, an integer type integers of its range. */
export function numberTensor(
  name: string,
  datatype: NumberDatatype,
  values: ArrayLike<number>,
  shape: readonly number[],
): Tensor {
  const width = WIDTHS[datatype];
  const bytes = new Uint8Array(values.length * width);
  const view = new DataView(bytes.buffer);
  const write = WRITERS[datatype];
  for (let i = 0; i < values.length; i += 1) write(view, i * width, values[i]!);
  return { name, datatype, shape, bytes };
}

/** Makes a tensor of texts, row-major. */
export function textTensor(name: string, texts: readonly string[], shape: readonly number[]): Tensor {
  return { name, datatype: 'BYTES', shape, bytes: encodeTexts(texts) };
}

/**
 * The numbers of a tensor, row-major; 64-bit integers beyond 2^53 lose their last digits.
 * @throws Problem invalid `inference/tensor` where it holds texts, half floats, or other than its shape says
 */
export function numbersOf(tensor: Tensor): Float64Array {
  const { datatype, bytes, shape } = tensor;
  if (datatype === 'BYTES' || datatype === 'FP16') throw unreadable(tensor, `holds ${datatype}, not numbers`);
  const width = WIDTHS[datatype];
  const count = elementCount(shape);
  if (bytes.length !== count * width) throw unreadable(tensor, 'has more or fewer elements than its shape');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = READERS[datatype];
  return Float64Array.from({ length: count }, (_, i) => read(view, i * width));
}

/** The texts of a BYTES tensor, row-major. @throws Problem invalid `inference/tensor` */
export function textsOf(tensor: Tensor): readonly string[] {
  if (tensor.datatype !== 'BYTES') throw unreadable(tensor, `holds ${tensor.datatype}, not texts`);
  const count = elementCount(tensor.shape);
  const fault = textFault(tensor.bytes, count);
  if (fault !== undefined) throw unreadable(tensor, `has ${fault}`);
  return decodeTexts(tensor.bytes, count);
}
