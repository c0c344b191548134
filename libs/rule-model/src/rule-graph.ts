import { graphValue, mlNode, attribute, node, tensor, type GraphNode, type GraphValue, type Tensor } from '#libs/onnx-model';

/** A truth of three values: each row is true (`yes`), false (`no`) or, with neither, unknown. Both name bool tensors. */
export interface Truth {
  readonly yes: string;
  readonly no: string;
}

/** Code of a missing text; an absent text of the codebook has `UNLISTED`. */
export const MISSING_CODE = 0;
const UNLISTED = -1;

/** Collects the inputs, constants and nodes of a rule's graph, and names what they make. */
export class RuleGraph {
  readonly inputs: GraphValue[] = [];
  readonly nodes: GraphNode[] = [];
  private readonly constants: Tensor[] = [];
  private readonly made = new Map<string, string>();
  private readonly codes: ReadonlyMap<string, number>;
  private count = 0;

  /** @param texts every text that the rule mentions: texts are compared by their place in this list */
  constructor(texts: readonly string[]) {
    this.codes = new Map(texts.filter((text) => text !== '').map((text, i) => [text, i + 1]));
  }

  /** One operator call; equal calls are made once. */
  apply(op: string, ...inputs: readonly string[]): string {
    return this.once(`${op}(${inputs.join(',')})`, (name) => this.nodes.push(node(op, inputs, [name])));
  }

  number(value: number): string {
    return this.once(`number ${Object.is(value, -0) ? '-0' : value}`, (name) =>
      this.constants.push(tensor(name, 'double', [1], [value])),
    );
  }

  code(text: string): string {
    const code = text === '' ? MISSING_CODE : (this.codes.get(text) ?? UNLISTED);
    return this.once(`code ${code}`, (name) => this.constants.push(tensor(name, 'int64', [1], [BigInt(code)])));
  }

  truth(value: boolean): Truth {
    const [yes, no] = [true, false].map((held) =>
      this.once(`bool ${held}`, (name) => this.constants.push(tensor(name, 'bool', [1], [Number(held)]))),
    ) as [string, string];
    return value ? { yes, no } : { yes: no, no: yes };
  }

  unknown(): Truth {
    const { no } = this.truth(true);
    return { yes: no, no };
  }

  /** The constants that a node, or one of `outputs`, reads; the runtime complains of others at every load. */
  usedConstants(outputs: readonly string[]): readonly Tensor[] {
    const read = new Set([...outputs, ...this.nodes.flatMap(({ inputs }) => inputs)]);
    return this.constants.filter(({ name }) => read.has(name));
  }

  /** A column of numbers, one per row; what is not finite is missing. */
  numberInput(name: string): string {
    return this.finite(this.input(name, 'double'));
  }

  /** A column of texts as codes; the empty text is missing. */
  textInput(name: string): string {
    const source = this.input(name, 'string');
    const texts = ['', ...this.codes.keys()];
    const attributes = {
      keys_strings: attribute.strings(texts),
      values_int64s: attribute.ints([MISSING_CODE, ...this.codes.values()]),
      default_int64: attribute.int(UNLISTED),
    };
    return this.once(`codes ${source}`, (made) => this.nodes.push(mlNode('LabelEncoder', [source], [made], attributes)));
  }

  /** What is not finite has no value: NaN stands for null. */
  finite(number: string): string {
    return this.apply('Where', this.apply('IsInf', number), this.number(NaN), number);
  }

  private input(name: string, type: 'double' | 'string'): string {
    if (!this.inputs.some((input) => input.name === name)) this.inputs.push(graphValue(name, type, ['N', 1]));
    return name;
  }

  private once(key: string, make: (name: string) => void): string {
    const known = this.made.get(key);
    if (known !== undefined) return known;
    // A column may have any name; the space keeps ours apart from identifiers, the check in `compileRule` from the rest.
    const name = `rule ${++this.count}`;
    make(name);
    this.made.set(key, name);
    return name;
  }
}
