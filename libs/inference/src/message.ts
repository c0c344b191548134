import { DATATYPES, type Tensor } from './tensor.js';

/** Largest rank of a tensor on the pipe. */
export const MAX_RANK = 32;

/** A run: the model and its tensors, as bytes; only heads are written anew. */
export function encodeTensors(model: string, tensors: readonly Tensor[]): readonly Uint8Array[] {
  const parts: Uint8Array[] = [nameBytes(model), count(tensors.length)];
  for (const { name, datatype, shape, bytes } of tensors) {
    const head = Buffer.allocUnsafe(2 + shape.length * 8 + 8);
    head.writeUInt8(DATATYPES.indexOf(datatype), 0);
    head.writeUInt8(shape.length, 1);
    shape.forEach((size, i) => head.writeDoubleLE(size, 2 + i * 8));
    head.writeDoubleLE(bytes.length, 2 + shape.length * 8);
    parts.push(nameBytes(name), head, bytes);
  }
  return parts;
}

/** Reads what `encodeTensors` wrote; the tensors are views of the payload. @throws RangeError where it is cut short */
export function decodeTensors(payload: Buffer): { readonly model: string; readonly tensors: readonly Tensor[] } {
  let at = 0;
  const name = (): string => {
    const length = payload.readUInt16LE(at);
    at += 2 + length;
    return payload.toString('utf8', at - length, at);
  };
  const model = name();
  const tensors: Tensor[] = [];
  const total = payload.readUInt16LE(at);
  at += 2;
  for (let i = 0; i < total; i += 1) {
    const tensorName = name();
    const datatype = DATATYPES[payload.readUInt8(at)];
    const rank = payload.readUInt8(at + 1);
    if (datatype === undefined) throw new RangeError('an unknown datatype');
    const shape = Array.from({ length: rank }, (_, d) => payload.readDoubleLE(at + 2 + d * 8));
    const length = payload.readDoubleLE(at + 2 + rank * 8);
    at += 10 + rank * 8;
    if (at + length > payload.length) throw new RangeError('a tensor is cut short');
    tensors.push({ name: tensorName, datatype, shape, bytes: payload.subarray(at, at + length) });
    at += length;
  }
  return { model, tensors };
}

function nameBytes(name: string): Uint8Array {
  const text = Buffer.from(name, 'utf8');
  return Buffer.concat([count(text.length), text]);
}

function count(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

/** What a load asks: the model's hash and, unless its bytes follow, the file to read. */
export interface LoadRequest {
  readonly hash: string;
  readonly path?: string;
}

/** Why a call failed, in words that may be shown to a caller. */
export interface Failure {
  readonly slug: `inference/${string}`;
  readonly detail: string;
}

/** A small record (never tensors) followed by bytes. */
export function encodeRecord(record: object, bytes: Uint8Array = new Uint8Array()): readonly Uint8Array[] {
  const text = Buffer.from(JSON.stringify(record), 'utf8');
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32LE(text.length);
  return [length, text, bytes];
}

/** The record and the bytes; the pipe has the same code at both ends, so the record is of the type that was sent. */
export function decodeRecord<T>(payload: Buffer): { readonly record: T; readonly bytes: Buffer } {
  const end = 4 + payload.readUInt32LE(0);
  return { record: JSON.parse(payload.toString('utf8', 4, end)) as T, bytes: payload.subarray(end) };
}
