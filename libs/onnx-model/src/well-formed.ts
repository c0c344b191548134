import { Problem } from '#libs/problem';
import { type ModelGraph, type Tensor } from './graph.js';

/** Refuses a graph that ONNX Runtime would refuse later with a sentence nobody can place. */
export function checkGraph(graph: ModelGraph): void {
  if (graph.outputs.length === 0) fault('a model needs at least one output');
  const made = new Set<string>();
  for (const name of [...graph.inputs.map((input) => input.name), ...(graph.constants ?? []).map((constant) => constant.name)]) {
    make(made, name);
  }
  for (const constant of graph.constants ?? []) checkTensor(constant);
  for (const call of graph.nodes) {
    for (const input of call.inputs) {
      if (input !== '' && !made.has(input)) fault(`${call.op} reads '${input}' before anything makes it`);
    }
    for (const attribute of Object.values(call.attributes)) if (attribute.kind === 'tensor') checkTensor(attribute.value);
    for (const output of call.outputs) if (output !== '') make(made, output);
  }
  for (const output of graph.outputs) if (!made.has(output.name)) fault(`nothing makes the output '${output.name}'`);
}

function make(made: Set<string>, name: string): void {
  if (name === '') fault('a tensor of the border needs a name');
  if (made.has(name)) fault(`'${name}' is made twice`);
  made.add(name);
}

function checkTensor(constant: Tensor): void {
  const cells = constant.shape.reduce((product, size) => product * size, 1);
  if (constant.data.length !== cells) fault(`constant '${constant.name}' has ${constant.data.length} values for ${cells} cells`);
}

function fault(detail: string): never {
  throw new Problem('invalid', 'onnx/graph', detail);
}
