import type {
  ModelInferRequest_InferInputTensor as InputTensor,
  ModelInferResponse,
} from '#contracts/inference/open_inference_grpc';

const EMPTY = {
  boolContents: [],
  intContents: [],
  int64Contents: [],
  uintContents: [],
  uint64Contents: [],
  fp32Contents: [],
  fp64Contents: [],
  bytesContents: [],
};

function tensorOf(name: string, value: unknown): InputTensor {
  const shared = { name, shape: [1n], parameters: {} };
  if (typeof value === 'string')
    return { ...shared, datatype: 'BYTES', contents: { ...EMPTY, bytesContents: [Buffer.from(value)] } };
  if (typeof value === 'number' || value === null)
    return { ...shared, datatype: 'FP64', contents: { ...EMPTY, fp64Contents: [value ?? NaN] } };
  throw new TypeError(`${name} is neither a text, a number nor null`);
}

/** One row as tensors of the protocol; `asOf` is the moment as of which features are read. */
export function tensorsOf(row: Readonly<Record<string, unknown>>, asOf: string | undefined): InputTensor[] {
  const inputs = Object.entries(row).map(([name, value]) => tensorOf(name, value));
  if (asOf === undefined) return inputs;
  const moment = { ...EMPTY, int64Contents: [BigInt(Date.parse(asOf))] };
  return [...inputs, { name: 'as_of', datatype: 'INT64', shape: [1n], parameters: {}, contents: moment }];
}

type Read = (raw: Buffer) => string | number | boolean;
const READ: Readonly<Record<string, Read>> = {
  BYTES: (raw) => raw.subarray(4, 4 + raw.readUInt32LE(0)).toString(),
  FP64: (raw) => raw.readDoubleLE(0),
  FP32: (raw) => raw.readFloatLE(0),
  INT64: (raw) => Number(raw.readBigInt64LE(0)),
  BOOL: (raw) => raw[0] === 1,
};

function typedValue({ contents }: ModelInferResponse['outputs'][number]): string | number | boolean | undefined {
  if (!contents) return undefined;
  const [bytes] = contents.bytesContents;
  return (
    bytes?.toString() ??
    contents.fp64Contents[0] ??
    contents.fp32Contents[0] ??
    contents.boolContents[0] ??
    (contents.int64Contents[0] === undefined ? undefined : Number(contents.int64Contents[0]))
  );
}

/** The first row of each output, by its name. */
export function valuesOf({ outputs, rawOutputContents }: ModelInferResponse): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    outputs.map((output, index) => {
      const raw = rawOutputContents[index];
      return [output.name, raw ? READ[output.datatype]?.(Buffer.from(raw)) : typedValue(output)];
    }),
  );
}
