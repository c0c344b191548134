import onnxProto, { type onnx as proto } from 'onnx-proto';
import { elementCode } from './element.js';
import { type AttributeValue, type GraphNode, type GraphValue, type ModelGraph, type Tensor } from './graph.js';
import { checkGraph } from './well-formed.js';

const { onnx } = onnxProto;

/** Operator sets every ONNX Runtime since 1.10 executes; newer ones would buy nothing and exclude older readers. */
export const OPSETS = { '': 15, 'ai.onnx.ml': 3 } as const;
const IR_VERSION = 8;
const utf8 = new TextEncoder();

/**
 * Encodes a graph as an ONNX file.
 * @throws Problem `invalid onnx/graph` naming the first fault of the graph: a name used before it is made, made twice, or a
 *   constant whose data do not fill its shape
 */
export function encodeModel(graph: ModelGraph): Uint8Array {
  checkGraph(graph);
  // Not `fromObject`: it drops texts of no bytes, and with them every key after it stands one place off.
  const message: proto.IModelProto = {
    irVersion: IR_VERSION,
    producerName: 'millrace',
    opsetImport: Object.entries(OPSETS).map(([domain, version]) => ({ domain, version })),
    metadataProps: Object.entries(graph.metadata ?? {}).map(([key, value]) => ({ key, value })),
    graph: {
      name: graph.name,
      node: graph.nodes.map(encodeNode),
      initializer: (graph.constants ?? []).map(encodeTensor),
      input: graph.inputs.map(encodeValue),
      output: graph.outputs.map(encodeValue),
    },
  };
  // A copy of its own: the writer's buffer belongs to a pool and may be far longer than the message.
  return Uint8Array.from(onnx.ModelProto.encode(message).finish());
}

function encodeNode(call: GraphNode, index: number): proto.INodeProto {
  return {
    name: `${call.op}_${index}`,
    opType: call.op,
    domain: call.domain,
    input: [...call.inputs],
    output: [...call.outputs],
    attribute: Object.entries(call.attributes).map(([name, value]) => ({ name, ...encodeAttribute(value) })),
  };
}

function encodeAttribute(attribute: AttributeValue): proto.IAttributeProto {
  const type = onnx.AttributeProto.AttributeType;
  switch (attribute.kind) {
    case 'int':
      return { type: type.INT, i: attribute.value };
    case 'float':
      return { type: type.FLOAT, f: attribute.value };
    case 'string':
      return { type: type.STRING, s: utf8.encode(attribute.value) };
    case 'ints':
      return { type: type.INTS, ints: Array.from(attribute.values) };
    case 'floats':
      return { type: type.FLOATS, floats: Array.from(attribute.values) };
    case 'strings':
      return { type: type.STRINGS, strings: attribute.values.map((text) => utf8.encode(text)) };
    case 'tensor':
      return { type: type.TENSOR, t: encodeTensor(attribute.value) };
  }
}

function encodeValue(value: GraphValue): proto.IValueInfoProto {
  const dim = value.shape.map((size) => (typeof size === 'string' ? { dimParam: size } : { dimValue: size }));
  return { name: value.name, type: { tensorType: { elemType: elementCode(value.type), shape: { dim } } } };
}

function encodeTensor(constant: Tensor): proto.ITensorProto {
  const head = { name: constant.name, dataType: elementCode(constant.type), dims: [...constant.shape] };
  if (constant.type === 'string')
    return { ...head, stringData: Array.from(constant.data as ArrayLike<unknown>, (text) => utf8.encode(String(text))) };
  return { ...head, rawData: rawBytes(constant) };
}

/** Little-endian bytes, the layout of `raw_data` whatever the machine. */
function rawBytes(constant: Tensor): Uint8Array {
  const values = Array.from(constant.data as ArrayLike<number | bigint>);
  const width = { float: 4, double: 8, int32: 4, int64: 8, uint8: 1, bool: 1, string: 0 }[constant.type];
  const view = new DataView(new ArrayBuffer(values.length * width));
  values.forEach((value, i) => writeElement(view, i * width, constant.type, value));
  return new Uint8Array(view.buffer);
}

function writeElement(view: DataView, at: number, type: Tensor['type'], value: number | bigint): void {
  if (type === 'float') view.setFloat32(at, Number(value), true);
  else if (type === 'double') view.setFloat64(at, Number(value), true);
  else if (type === 'int32') view.setInt32(at, Number(value), true);
  else if (type === 'int64') view.setBigInt64(at, BigInt(value), true);
  else view.setUint8(at, Number(value));
}
