import type { InferenceSession, Tensor as RuntimeTensor } from 'onnxruntime-node';
import ort from 'onnxruntime-node';
import { encodeTexts, decodeTexts } from './text-bytes.js';
import { elementCount, type Datatype, type Tensor, type TensorSpec } from './tensor.js';

type RuntimeType = RuntimeTensor.Type;
type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

const RUNTIME_TYPES: Readonly<Record<Datatype, RuntimeType>> = {
  BOOL: 'bool',
  UINT8: 'uint8',
  UINT16: 'uint16',
  UINT32: 'uint32',
  UINT64: 'uint64',
  INT8: 'int8',
  INT16: 'int16',
  INT32: 'int32',
  INT64: 'int64',
  FP16: 'float16',
  FP32: 'float32',
  FP64: 'float64',
  BYTES: 'string',
};
const BY_RUNTIME_TYPE = new Map(Object.entries(RUNTIME_TYPES).map(([datatype, type]) => [type, datatype as Datatype]));

const ARRAYS: Readonly<Record<Exclude<Datatype, 'BYTES'>, new (buffer: ArrayBuffer) => TypedArray>> = {
  BOOL: Uint8Array,
  UINT8: Uint8Array,
  UINT16: Uint16Array,
  UINT32: Uint32Array,
  UINT64: BigUint64Array,
  INT8: Int8Array,
  INT16: Int16Array,
  INT32: Int32Array,
  INT64: BigInt64Array,
  FP16: Uint16Array,
  FP32: Float32Array,
  FP64: Float64Array,
};

// Where the engine has half floats, the runtime asks for them; their constructor takes a buffer as the others do.
const HalfFloats =
  (globalThis as unknown as { readonly Float16Array?: new (buffer: ArrayBuffer) => TypedArray }).Float16Array ?? Uint16Array;

/** A tensor for the runtime; the bytes are copied, for a view needs an aligned start. */
export function toRuntime({ datatype, shape, bytes }: Tensor): RuntimeTensor {
  if (datatype === 'BYTES') return new ort.Tensor('string', decodeTexts(bytes, elementCount(shape)), shape);
  const buffer = new ArrayBuffer(bytes.length);
  new Uint8Array(buffer).set(bytes);
  const Numbers = datatype === 'FP16' ? HalfFloats : ARRAYS[datatype];
  return new ort.Tensor(RUNTIME_TYPES[datatype], new Numbers(buffer) as RuntimeTensor.DataType, shape);
}

export function fromRuntime(name: string, tensor: RuntimeTensor): Tensor {
  const datatype = BY_RUNTIME_TYPE.get(tensor.type);
  if (datatype === undefined) throw new TypeError(`the output '${name}' has the type ${tensor.type}`);
  if (datatype === 'BYTES') return { name, datatype, shape: tensor.dims, bytes: encodeTexts(tensor.data as string[]) };
  const { buffer, byteOffset, byteLength } = tensor.data as TypedArray;
  return { name, datatype, shape: tensor.dims, bytes: new Uint8Array(buffer, byteOffset, byteLength) };
}

/** What the runtime says of an input or output; undefined where it is no tensor of a type the protocol knows. */
export function specOf(value: InferenceSession.ValueMetadata): TensorSpec | undefined {
  const datatype = value.isTensor ? BY_RUNTIME_TYPE.get(value.type) : undefined;
  if (!value.isTensor || datatype === undefined) return undefined;
  return { name: value.name, datatype, shape: value.shape.map((size) => (typeof size === 'number' && size >= 0 ? size : -1)) };
}
