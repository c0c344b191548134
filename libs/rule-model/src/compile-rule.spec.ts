import fc from 'fast-check';
import ort from 'onnxruntime-node';
import { compileEvaluator, type Columns, type Value } from '#libs/expression';
import { featureBindings, inspectModel } from '#libs/onnx-model';
import { Problem } from '#libs/problem';
import { compileRule } from './compile-rule.js';

const FEATURES: Columns = { share: 'number', delay: 'number', carrier: 'text', origin: 'text', night: 'boolean' };
type Row = Readonly<Record<keyof typeof FEATURES, Value>>;

const rows: fc.Arbitrary<Row[]> = fc.array(
  fc.record({
    share: fc.constantFrom(null, 0, 0.1, 0.3, 0.1 + 0.2, 1),
    delay: fc.constantFrom(null, -2, -0, 15, 1e300, Infinity),
    carrier: fc.constantFrom(null, 'UA', 'AA', 'Ü'),
    origin: fc.constantFrom(null, 'JFK', 'UA'),
    night: fc.constantFrom(null, true, false),
  }),
  { minLength: 1, maxLength: 10 },
);

const rules = fc.letrec<{ num: string; txt: string; bool: string }>((tie) => ({
  num: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('share', 'delay', '0.3', '-2', 'null', '1e300'),
    fc.tuple(tie('num'), fc.constantFrom('+', '-', '*', '/'), tie('num')).map(([l, o, r]) => `(${l} ${o} ${r})`),
    tie('num').map((n) => `abs(-${n})`),
    fc
      .tuple(fc.constantFrom('min', 'max', 'coalesce'), fc.array(tie('num'), { minLength: 1, maxLength: 3 }))
      .map(([f, ns]) => `${f}(${ns.join(', ')})`),
    fc.tuple(tie('bool'), tie('num'), tie('num')).map(([c, l, r]) => `if(${c}, ${l}, ${r})`),
  ),
  txt: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom('carrier', 'origin'),
    fc.tuple(tie('txt'), tie('txt')).map(([l, r]) => `coalesce(${l}, ${r})`),
    fc.tuple(tie('bool'), tie('txt')).map(([c, t]) => `if(${c}, ${t}, 'AA')`),
  ),
  bool: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('night', 'true', 'null = 1', 'carrier is null'),
    fc.tuple(tie('num'), fc.constantFrom('=', '<>', '<', '<=', '>', '>='), tie('num')).map(([l, o, r]) => `${l} ${o} ${r}`),
    fc
      .tuple(tie('txt'), fc.constantFrom("= 'UA'", "<> 'JFK'", "in ('UA', 'JFK')", "not in ('Ü', null)", '= null', 'is not null'))
      .map(([t, test]) => `${t} ${test}`),
    fc.tuple(tie('bool'), fc.constantFrom('and', 'or', '=', '<'), tie('bool')).map(([l, o, r]) => `((${l}) ${o} (${r}))`),
    tie('bool').map((b) => `not (${b})`),
    fc.tuple(tie('bool'), tie('bool')).map(([l, r]) => `coalesce((${l}), max((${r}), night))`),
    fc.tuple(tie('num'), tie('num')).map(([n, l]) => `${n} between ${l} and 15`),
  ),
}));

async function act(source: string, records: readonly Row[]): Promise<readonly number[]> {
  const { model, bindings } = compileRule(source, FEATURES);
  const session = await ort.InferenceSession.create(model);
  const feeds = bindings.map(({ feature, input, type }) => {
    const values = records.map((record) => record[feature] ?? null);
    const shape = [records.length, 1];
    if (type === 'string')
      return [
        input,
        new ort.Tensor(
          'string',
          values.map((value) => String(value ?? '')),
          shape,
        ),
      ] as const;
    return [
      input,
      new ort.Tensor(
        'float64',
        Float64Array.from(values, (value) => (value === null ? NaN : Number(value))),
        shape,
      ),
    ] as const;
  });
  const { probability } = await session.run(Object.fromEntries(feeds));
  expect(probability!.dims).toEqual([records.length, 1]);
  await session.release();
  return Array.from(probability!.data as Float32Array);
}

describe('a rule as a model', () => {
  it('decides every row as the evaluator does', async () => {
    const agree = async (rule: string, records: readonly Row[]): Promise<void> => {
      const source = `(${rule}) or share is null and share is not null`; // reads a feature, changes nothing
      const evaluate = compileEvaluator(compileRule(source, FEATURES).expression);
      expect(await act(source, records)).toEqual(records.map((record) => (evaluate(record) === true ? 1 : 0)));
    };
    await fc.assert(fc.asyncProperty(rules['bool'], rows, agree), { numRuns: 250 });
  });

  it('does not act on a missing value, nor on its negation', async () => {
    const missing = [{ share: null, delay: null, carrier: null, origin: null, night: null }];
    expect(await act('share > 0.3', missing)).toEqual([0]);
    expect(await act('not (share > 0.3)', missing)).toEqual([0]);
    expect(await act('share is null', missing)).toEqual([1]);
  });

  it('names its features in the file, as a trained model does', () => {
    const { model, bindings } = compileRule("share > 0.3 and carrier = 'UA'", FEATURES);
    expect(featureBindings(inspectModel(model))).toEqual(bindings);
    expect(bindings.map(({ feature, type }) => [feature, type])).toEqual([
      ['share', 'double'],
      ['carrier', 'string'],
    ]);
  });

  it('is the same file for the same rule', () => {
    expect(compileRule('share > 0.3', FEATURES).model).toEqual(compileRule('share > 0.3', FEATURES).model);
  });

  it.each([
    ['carrier = origin', 'expression/not-in-model'],
    ["carrier > 'A'", 'expression/not-in-model'],
    ["min(carrier, origin) = 'UA'", 'expression/not-in-model'],
    ['true', 'expression/not-in-model'],
    ['share + 1', 'expression/type'],
    ['dest is null', 'expression/unknown-name'],
  ])('refuses %s', (source, slug) => {
    const compile = (): unknown => compileRule(source, FEATURES);
    expect(compile).toThrow(Problem);
    expect(compile).toThrow(expect.objectContaining({ slug }));
  });
});
