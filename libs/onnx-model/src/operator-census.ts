import { Problem } from '#libs/problem';
import { MODEL_LIMITS, tooLarge } from './limits.js';
import { text, wireFields } from './wire.js';

/** Counts operators through subgraphs (If, Loop, Scan) and refuses weights kept in other files wherever they hide. */
export class OperatorCensus {
  readonly names = new Set<string>();
  nodes = 0;

  countGraph(graph: Uint8Array, depth: number): void {
    if (depth > MODEL_LIMITS.depth) tooLarge('nested graphs', depth, MODEL_LIMITS.depth);
    for (const { field, bytes } of wireFields(graph)) {
      if (field === 1) this.countNode(bytes, depth);
      else if (field === 5) refuseExternal(bytes);
    }
  }

  private countNode(bytes: Uint8Array, depth: number): void {
    this.nodes += 1;
    if (this.nodes > MODEL_LIMITS.nodes) tooLarge('nodes', this.nodes, MODEL_LIMITS.nodes);
    let op = '';
    let domain = '';
    for (const { field, bytes: value } of wireFields(bytes)) {
      if (field === 4) op = text(value);
      else if (field === 7) domain = text(value);
      else if (field === 5) this.countAttribute(value, depth);
    }
    this.names.add(domain === '' || domain === 'ai.onnx' ? op : `${domain}:${op}`);
  }

  private countAttribute(bytes: Uint8Array, depth: number): void {
    for (const { field, bytes: value } of wireFields(bytes)) {
      if (field === 5 || field === 10) refuseExternal(value);
      else if (field === 6 || field === 11) this.countGraph(value, depth + 1);
    }
  }
}

function refuseExternal(tensorBytes: Uint8Array): void {
  for (const { field, number } of wireFields(tensorBytes)) {
    const external = field === 13 || (field === 14 && number !== 0);
    if (external)
      throw new Problem('invalid', 'onnx/external-data', 'the model keeps weights outside its file; save it as one file');
  }
}
