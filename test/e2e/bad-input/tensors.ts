import { InferTensorContents, type ModelInferRequest } from '#contracts/inference/open_inference_grpc';
import type { InferenceClient } from '../inference-client.js';
import { refusalOf } from '../refusal.js';
import { NOON_MS, type World } from './world.js';

type Tensor = ModelInferRequest['inputs'][number];

function tensor(name: string, datatype: string, shape: readonly number[], contents: Partial<InferTensorContents>): Tensor {
  return { name, datatype, shape: shape.map(BigInt), parameters: {}, contents: InferTensorContents.fromPartial(contents) };
}

const texts = (values: readonly string[], shape: readonly number[] = [values.length], name = 'row') =>
  tensor(name, 'BYTES', shape, { bytesContents: values.map((value) => Buffer.from(value)) });
const numbers = (values: readonly number[], shape: readonly number[] = [values.length], name = 'delay') =>
  tensor(name, 'FP64', shape, { fp64Contents: [...values] });
const moments = (values: readonly number[]) => tensor('as_of', 'INT64', [values.length], { int64Contents: values.map(BigInt) });

const ROW = texts(['r']);
const DELAY = numbers([20]);
const NOON = moments([NOON_MS]);
const manyTexts = Array.from({ length: 1_001 }, (_, n) => `r${n}`);

/** What is wrong, the tensors, and the slug; INVALID_ARGUMENT unless another status is named. */
const OF_AN_ENDPOINT: readonly (readonly [string, readonly Tensor[], string, string?])[] = [
  ['more values than the shape makes', [ROW, numbers([20, 30], [1]), NOON], 'serving/tensor'],
  ['fewer values than the shape makes', [ROW, numbers([20], [2]), NOON], 'serving/tensor'],
  ['a matrix for a column', [ROW, numbers([20, 30], [1, 2]), NOON], 'serving/column-shape'],
  ['a negative dimension', [ROW, numbers([20], [-1]), NOON], 'serving/tensor'],
  ['nine dimensions', [ROW, numbers([20], [1, 1, 1, 1, 1, 1, 1, 1, 1]), NOON], 'serving/tensor'],
  ['dimensions whose product is beyond counting', [ROW, numbers([20], [2 ** 32, 2 ** 32]), NOON], 'serving/tensor'],
  ['columns of unequal length', [ROW, numbers([20, 30]), NOON], 'serving/column-length'],
  ['more moments than rows', [ROW, DELAY, moments([NOON_MS, NOON_MS])], 'serving/as-of'],
  ['a text for a number', [ROW, texts(['20'], [1], 'delay'), NOON], 'serving/column-type'],
  ['a number for a text', [numbers([1], [1], 'row'), DELAY, NOON], 'serving/column-type'],
  ['a datatype that does not exist', [ROW, tensor('delay', 'DECIMAL', [1], { fp64Contents: [20] }), NOON], 'serving/tensor'],
  ['values in the list of another datatype', [ROW, tensor('delay', 'FP64', [1], { intContents: [20] }), NOON], 'serving/tensor'],
  ['a moment that is no INT64', [ROW, DELAY, numbers([NOON_MS], [1], 'as_of')], 'serving/as-of'],
  ['a moment before 1970', [ROW, DELAY, moments([-1])], 'serving/as-of'],
  ['a column that nobody asked for', [ROW, DELAY, NOON, numbers([1], [1], 'tail_number')], 'serving/unknown-column'],
  ['a column twice', [ROW, DELAY, DELAY, NOON], 'serving/missing-column'],
  ['a column too few', [ROW, NOON], 'serving/missing-column'],
  ['nothing', [], 'serving/missing-column'],
  ['zero rows', [texts([]), numbers([]), moments([])], 'serving/column-length'],
  ['a row without its key', [texts(['']), DELAY, NOON], 'serving/row-key'],
  ['a thousand rows and one', [texts(manyTexts), numbers(manyTexts.map(() => 20))], 'serving/too-many-rows', 'OUT_OF_RANGE'],
];

const OF_A_MODEL: readonly (readonly [string, readonly Tensor[], string])[] = [
  ['another datatype', [tensor('delay', 'FP32', [1, 1], { fp32Contents: [20] })], 'inference/datatype'],
  ['another shape', [numbers([20])], 'inference/shape'],
  ['zero rows', [numbers([], [0, 1])], 'inference/shape'],
  ['an input that it has not', [numbers([20], [1, 1]), numbers([1], [1, 1], 'tail_number')], 'inference/unknown-input'],
  ['an input too few', [], 'inference/missing-input'],
];

export function tensorsThatDoNotFit(world: () => World): void {
  let client: InferenceClient;
  beforeAll(async () => {
    client = await world().platform.inference('ml-engineer');
  });

  const ofAnEndpoint = OF_AN_ENDPOINT.map(
    ([what, inputs, problem, status = 'INVALID_ARGUMENT']) => [what, inputs, problem, status] as const,
  );
  it.each(ofAnEndpoint)('decides nothing for %s', async (_what, inputs, problem, status) => {
    expect(await refusalOf(client.send({ modelName: 'delays', inputs: [...inputs] }))).toEqual({ status, problem });
  });

  it('decides nothing for raw contents that are not as many as the inputs, or not as long as the shape makes them', async () => {
    const bare = [ROW, DELAY].map((input) => ({ ...input, contents: undefined }));
    const key = Buffer.from([1, 0, 0, 0, 0x72]);
    const send = (rawInputContents: Buffer[]) => client.send({ modelName: 'delays', inputs: bare, rawInputContents });
    for (const raw of [[key], [key, Buffer.alloc(7)], [Buffer.from([9, 0, 0, 0, 0x72]), Buffer.alloc(8)]]) {
      expect(await refusalOf(send(raw))).toEqual({ status: 'INVALID_ARGUMENT', problem: expect.stringMatching(/\/tensor$/) });
    }
  });

  it('decides nothing where an output is wished for that there is not', async () => {
    const request = { modelName: 'delays', inputs: [ROW, DELAY, NOON], outputs: [{ name: 'profit', parameters: {} }] };
    expect(await refusalOf(client.send(request))).toEqual({ status: 'INVALID_ARGUMENT', problem: 'serving/unknown-output' });
  });

  it.each(OF_A_MODEL)('answers nothing of a model for %s', async (_what, inputs, problem) => {
    const asked = client.send({ modelName: `${world().endpoint.model}:1`, inputs: [...inputs] });
    expect(await refusalOf(asked)).toEqual({ status: 'INVALID_ARGUMENT', problem });
  });
}
