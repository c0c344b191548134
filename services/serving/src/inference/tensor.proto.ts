import type * as oip from '#contracts/inference/open_inference_grpc';
import { elementCount, isDatatype, numbersOf, numberTensor, textsOf, type Datatype, type Tensor } from '#libs/inference';
import { Problem } from '#libs/problem';

type Contents = oip.InferTensorContents;
type NumberList = 'intContents' | 'uintContents' | 'fp32Contents' | 'fp64Contents';
type BigList = 'int64Contents' | 'uint64Contents';

/** The list in which the protocol carries each datatype; half floats travel raw only. */
const NUMBERS: Readonly<Partial<Record<Datatype, NumberList>>> = {
  INT8: 'intContents',
  INT16: 'intContents',
  INT32: 'intContents',
  UINT8: 'uintContents',
  UINT16: 'uintContents',
  UINT32: 'uintContents',
  FP32: 'fp32Contents',
  FP64: 'fp64Contents',
};
const BIG: Readonly<Partial<Record<Datatype, BigList>>> = { INT64: 'int64Contents', UINT64: 'uint64Contents' };
const NONE: Contents = {
  boolContents: [],
  intContents: [],
  int64Contents: [],
  uintContents: [],
  uint64Contents: [],
  fp32Contents: [],
  fp64Contents: [],
  bytesContents: [],
};
const MAX_RANK = 8;

function refuse(tensor: string, why: string): Problem {
  return new Problem('invalid', 'serving/tensor', `the tensor '${tensor.slice(0, 100)}' ${why}`, {
    tensor: tensor.slice(0, 100),
  });
}

/** The tensors of a request, typed or raw. @throws Problem invalid `serving/tensor` where they are not what they say */
export function tensorsFromProto({ inputs, rawInputContents }: oip.ModelInferRequest): readonly Tensor[] {
  const raw = rawInputContents.length > 0;
  if (raw && rawInputContents.length !== inputs.length) {
    throw new Problem('invalid', 'serving/tensor', `${rawInputContents.length} raw contents for ${inputs.length} inputs`);
  }
  return inputs.map((input, i) => {
    const { name, datatype } = input;
    if (!isDatatype(datatype)) throw refuse(name, `has the unknown datatype ${datatype.slice(0, 20)}`);
    const shape = shapeFromProto(input);
    if (!raw) return tensorFromContents(name, datatype, shape, input.contents ?? NONE);
    if (input.contents && Object.values(input.contents).some((list: readonly unknown[]) => list.length > 0))
      throw refuse(name, 'has both typed and raw contents');
    return { name, datatype, shape, bytes: rawInputContents[i]! };
  });
}

function shapeFromProto({ name, shape }: oip.ModelInferRequest_InferInputTensor): readonly number[] {
  if (shape.length > MAX_RANK) throw refuse(name, `has more than ${MAX_RANK} dimensions`);
  const sizes = shape.map(Number);
  // The product is checked too: each size may be small where the whole is not.
  if (sizes.every((size) => Number.isSafeInteger(size) && size >= 0) && Number.isSafeInteger(elementCount(sizes))) return sizes;
  throw refuse(name, 'has a shape that cannot be');
}

function tensorFromContents(name: string, datatype: Datatype, shape: readonly number[], contents: Contents): Tensor {
  const [list, tensor] = listOf(name, datatype, shape, contents);
  const held = Object.entries(contents).find(
    ([kind, values]: [string, readonly unknown[]]) => kind !== list && values.length > 0,
  );
  if (held) throw refuse(name, `is ${datatype}, but its values stand in ${held[0]}`);
  const given = contents[list].length;
  if (given !== elementCount(shape)) throw refuse(name, `has ${given} values where its shape makes ${elementCount(shape)}`);
  return tensor();
}

function listOf(name: string, datatype: Datatype, shape: readonly number[], contents: Contents): [keyof Contents, () => Tensor] {
  const numbers = NUMBERS[datatype];
  const big = BIG[datatype];
  if (numbers) return [numbers, () => numberTensor(name, datatype as 'FP64', contents[numbers], shape)];
  if (big) return [big, () => bigTensor(name, datatype, contents[big], shape)];
  if (datatype === 'BOOL') return ['boolContents', () => numberTensor(name, 'BOOL', contents.boolContents.map(Number), shape)];
  if (datatype === 'BYTES') return ['bytesContents', () => bytesTensor(name, contents.bytesContents, shape)];
  throw refuse(name, `is ${datatype}, which travels raw only`);
}

/** 64-bit integers keep all their digits. */
function bigTensor(name: string, datatype: Datatype, values: readonly bigint[], shape: readonly number[]): Tensor {
  return { name, datatype, shape, bytes: new Uint8Array(BigInt64Array.from(values).buffer) };
}

function bytesTensor(name: string, values: readonly Uint8Array[], shape: readonly number[]): Tensor {
  const parts = values.flatMap((value) => {
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32LE(value.length);
    return [length, value];
  });
  return { name, datatype: 'BYTES', shape, bytes: Buffer.concat(parts) };
}

/** Outputs in the form in which the request came: who sent raw contents reads raw ones. */
export function outputsToProto(
  outputs: readonly Tensor[],
  raw: boolean,
): Pick<oip.ModelInferResponse, 'outputs' | 'rawOutputContents'> {
  return {
    outputs: outputs.map((tensor) => ({
      name: tensor.name,
      datatype: tensor.datatype,
      shape: tensor.shape.map(BigInt),
      parameters: {},
      contents: raw ? undefined : contentsOf(tensor),
    })),
    rawOutputContents: raw ? outputs.map(({ bytes }) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)) : [],
  };
}

function contentsOf(tensor: Tensor): Contents {
  const { datatype } = tensor;
  const numbers = NUMBERS[datatype];
  const big = BIG[datatype];
  if (numbers) return { ...NONE, [numbers]: Array.from(numbersOf(tensor)) };
  if (big) return { ...NONE, [big]: Array.from(new BigInt64Array(Uint8Array.from(tensor.bytes).buffer)) };
  if (datatype === 'BOOL') return { ...NONE, boolContents: Array.from(numbersOf(tensor), Boolean) };
  if (datatype === 'BYTES') return { ...NONE, bytesContents: textsOf(tensor).map((text) => Buffer.from(text)) };
  throw refuse(tensor.name, `is ${datatype}, which travels raw only: ask with raw contents`);
}

/** Only the outputs that the caller asked for, in its order; all without a wish. @throws Problem invalid `serving/unknown-output` */
export function chooseOutputs<Output extends { readonly name: string }>(
  outputs: readonly Output[],
  wished: readonly { readonly name: string }[],
): readonly Output[] {
  if (wished.length === 0) return outputs;
  return wished.map(({ name }) => {
    const found = outputs.find((output) => output.name === name);
    if (!found)
      throw new Problem('invalid', 'serving/unknown-output', `there is no output '${name.slice(0, 100)}'`, {
        known: outputs.map((output) => output.name),
      });
    return found;
  });
}
