/**
 * Element types a Millrace graph may carry across its border, by the names of the ONNX textual format
 * (https://onnx.ai/onnx/repo-docs/IR.html#tensor-element-types).
 */
export const ELEMENT_TYPES = ['float', 'double', 'int32', 'int64', 'uint8', 'bool', 'string'] as const;
export type ElementType = (typeof ELEMENT_TYPES)[number];

/** `TensorProto.DataType`; the numbers are fixed by onnx.proto. */
const CODES: Readonly<Record<ElementType, number>> = { float: 1, uint8: 2, int32: 6, int64: 7, string: 8, bool: 9, double: 11 };

const BY_CODE: ReadonlyMap<number, ElementType> = new Map(ELEMENT_TYPES.map((type) => [CODES[type], type]));

export function elementCode(type: ElementType): number {
  return CODES[type];
}

/** The element type with this `TensorProto.DataType`, or undefined where Millrace does not carry it. */
export function elementOfCode(code: number): ElementType | undefined {
  return BY_CODE.get(code);
}

/** Datatype names of the Open Inference Protocol v2. */
export type InferenceDatatype = 'FP32' | 'FP64' | 'INT32' | 'INT64' | 'UINT8' | 'BOOL' | 'BYTES';

const DATATYPES: Readonly<Record<ElementType, InferenceDatatype>> = {
  float: 'FP32',
  double: 'FP64',
  int32: 'INT32',
  int64: 'INT64',
  uint8: 'UINT8',
  bool: 'BOOL',
  string: 'BYTES',
};

/** The Open Inference Protocol's name of an ONNX element type. */
export function inferenceDatatype(type: ElementType): InferenceDatatype {
  return DATATYPES[type];
}
