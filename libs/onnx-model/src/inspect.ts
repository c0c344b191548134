import { Problem } from '#libs/problem';
import { elementOfCode } from './element.js';
import { type Dimension, type GraphValue } from './graph.js';
import { MODEL_LIMITS, tooLarge } from './limits.js';
import { OperatorCensus } from './operator-census.js';
import { text, WireFault, wireFields } from './wire.js';

/** What a model file says about itself, read without running it. */
export interface ModelSummary {
  readonly irVersion: number;
  readonly producer: string;
  readonly graphName: string;
  /** Operator set version by domain; `''` is the standard one. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  /** `op` or `domain:op`, each once, in order of appearance, subgraphs included. */
  readonly operators: readonly string[];
  readonly nodeCount: number;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads inputs, outputs, operators and metadata of an ONNX file without decoding its weights.
 * @throws Problem `invalid onnx/not-a-model` for bytes that are not an ONNX model or whose border is not tensors Millrace carries,
 *   `invalid onnx/external-data` for weights kept outside the file (a path on the reader's disk), `too-large onnx/limits`
 */
export function inspectModel(bytes: Uint8Array): ModelSummary {
  if (bytes.length > MODEL_LIMITS.bytes) tooLarge('bytes', bytes.length, MODEL_LIMITS.bytes);
  try {
    return readModel(bytes);
  } catch (fault) {
    if (fault instanceof Problem) throw fault;
    if (fault instanceof WireFault) throw notAModel(fault.message);
    throw fault;
  }
}

/** Field numbers of ModelProto, onnx.proto. */
function readModel(bytes: Uint8Array): ModelSummary {
  let irVersion = 0;
  let producer = '';
  let graph: Uint8Array | undefined;
  const opsets: Record<string, number> = {};
  const metadata = new Map<string, string>();
  let metadataBytes = 0;
  for (const { field, number, bytes: value } of wireFields(bytes)) {
    if (field === 1) irVersion = number;
    else if (field === 2) producer = text(value);
    else if (field === 7) graph = value;
    else if (field === 8) Object.assign(opsets, readOpset(value));
    else if (field === 14) {
      metadataBytes += value.length;
      if (metadata.size >= MODEL_LIMITS.metadata) tooLarge('metadata entries', metadata.size + 1, MODEL_LIMITS.metadata);
      if (metadataBytes > MODEL_LIMITS.metadataBytes) tooLarge('metadata bytes', metadataBytes, MODEL_LIMITS.metadataBytes);
      metadata.set(...readEntry(value));
    }
  }
  if (irVersion < 3 || irVersion > 100 || !graph || Object.keys(opsets).length === 0) {
    throw notAModel('it has no IR version, operator set or graph');
  }
  return { irVersion, producer, opsets, metadata: Object.fromEntries(metadata), ...readGraph(graph) };
}

type GraphSummary = Pick<ModelSummary, 'graphName' | 'inputs' | 'outputs' | 'operators' | 'nodeCount'>;

/** Field numbers of GraphProto. */
function readGraph(bytes: Uint8Array): GraphSummary {
  let graphName = '';
  const constants = new Set<string>();
  const inputs: Uint8Array[] = [];
  const outputs: Uint8Array[] = [];
  for (const { field, bytes: value } of wireFields(bytes)) {
    if (field === 2) graphName = text(value);
    else if (field === 5) constants.add(readTensorName(value));
    else if (field === 11) inputs.push(value);
    else if (field === 12) outputs.push(value);
    if (inputs.length + outputs.length > MODEL_LIMITS.border)
      tooLarge('inputs and outputs', MODEL_LIMITS.border + 1, MODEL_LIMITS.border);
  }
  const operators = new OperatorCensus();
  operators.countGraph(bytes, 0);
  const border = inputs.map(readValue).filter((input) => !constants.has(input.name)); // before IR 4 constants are listed as inputs
  if (outputs.length === 0) throw notAModel('its graph has no output');
  return {
    graphName,
    inputs: border,
    outputs: outputs.map(readValue),
    operators: [...operators.names],
    nodeCount: operators.nodes,
  };
}

function readTensorName(bytes: Uint8Array): string {
  for (const { field, bytes: value } of wireFields(bytes)) if (field === 8) return text(value);
  return '';
}

function readOpset(bytes: Uint8Array): Readonly<Record<string, number>> {
  let domain = '';
  let version = 0;
  for (const { field, number, bytes: value } of wireFields(bytes)) {
    if (field === 1) domain = text(value);
    else if (field === 2) version = number;
  }
  return { [domain === 'ai.onnx' ? '' : domain]: version };
}

function readEntry(bytes: Uint8Array): [string, string] {
  let key = '';
  let value = '';
  for (const entry of wireFields(bytes)) {
    if (entry.field === 1) key = text(entry.bytes);
    else if (entry.field === 2) value = text(entry.bytes);
  }
  return [key, value];
}

/** ValueInfoProto → TypeProto → TypeProto.Tensor → TensorShapeProto. */
function readValue(bytes: Uint8Array): GraphValue {
  let name = '';
  let tensorType: Uint8Array | undefined;
  for (const { field, bytes: value } of wireFields(bytes)) {
    if (field === 1) name = text(value);
    else if (field === 2) for (const type of wireFields(value)) if (type.field === 1) tensorType = type.bytes;
  }
  if (!tensorType) throw notAModel(`'${name}' is not a tensor`);
  let code = 0;
  let shape: readonly Dimension[] = [];
  for (const { field, number, bytes: value } of wireFields(tensorType)) {
    if (field === 1) code = number;
    else if (field === 2) shape = readShape(value);
  }
  const type = elementOfCode(code);
  if (!type) throw notAModel(`'${name}' has element type ${code}, which is not carried`);
  return { name, type, shape };
}

function readShape(bytes: Uint8Array): readonly Dimension[] {
  const shape: Dimension[] = [];
  for (const { field, bytes: dimension } of wireFields(bytes)) {
    if (field !== 1) continue;
    let size: Dimension = '';
    for (const part of wireFields(dimension)) size = part.field === 1 ? part.number : part.field === 2 ? text(part.bytes) : size;
    shape.push(size);
  }
  return shape;
}

function notAModel(reason: string): Problem {
  return new Problem('invalid', 'onnx/not-a-model', `the bytes are not an ONNX model that can be carried: ${reason}`);
}
