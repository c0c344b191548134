import fc from 'fast-check';
import { joinRows, splitRows } from './batch.js';
import { FRAME_KINDS, frameParts, FrameReader, type Frame } from './frame.js';
import { decodeTensors, encodeTensors } from './message.js';
import { numbersOf, numberTensor, textsOf, textTensor } from './tensor-values.js';
import { DATATYPES, type Tensor } from './tensor.js';
import { textFault } from './text-bytes.js';

const bytes = fc.uint8Array({ maxLength: 40 });
const frames = fc.array(fc.record({ kind: fc.constantFrom(...FRAME_KINDS), call: fc.nat(2 ** 32 - 1), payload: bytes }), {
  maxLength: 6,
});
const texts = fc.array(
  fc.string({ unit: 'grapheme', maxLength: 6 }).filter((text) => !text.includes('\0')),
  { maxLength: 6 },
);

describe('frames', () => {
  it('come out as they went in, however the pipe cuts them', () => {
    fc.assert(
      fc.property(frames, fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (sent, cuts) => {
        const stream = Buffer.concat(
          sent.flatMap(({ kind, call, payload }) => frameParts(kind, call, [payload.subarray(0, 3), payload.subarray(3)])),
        );
        const reader = new FrameReader();
        const received: Frame[] = [];
        for (let at = 0, i = 0; at < stream.length; i += 1) {
          const size = cuts[i % cuts.length]!;
          received.push(...reader.push(stream.subarray(at, at + size)));
          at += size;
        }
        expect(received.map(({ kind, call, payload }) => ({ kind, call, payload: Uint8Array.from(payload) }))).toEqual(
          sent.map((frame) => ({ ...frame, payload: Uint8Array.from(frame.payload) })),
        );
      }),
    );
  });

  it('of an impossible length or kind are refused', () => {
    expect(() => new FrameReader().push(Buffer.alloc(9, 0xff))).toThrow(RangeError);
    expect(() => new FrameReader().push(Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 99]))).toThrow(RangeError);
  });
});

describe('tensors', () => {
  const tensor: fc.Arbitrary<Tensor> = fc.record({
    name: fc.string(),
    datatype: fc.constantFrom(...DATATYPES),
    shape: fc.array(fc.nat(2 ** 40), { maxLength: 4 }),
    bytes,
  });

  it('cross the pipe unchanged', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(tensor, { maxLength: 5 }), (model, tensors) => {
        const decoded = decodeTensors(Buffer.concat(encodeTensors(model, tensors)));
        expect(decoded.model).toBe(model);
        expect(decoded.tensors.map((found) => ({ ...found, bytes: Uint8Array.from(found.bytes) }))).toEqual(
          tensors.map((sent) => ({ ...sent, bytes: Uint8Array.from(sent.bytes) })),
        );
      }),
    );
  });

  it('hold the numbers and texts they were made of', () => {
    fc.assert(
      fc.property(fc.array(fc.double()), (values) =>
        expect(Array.from(numbersOf(numberTensor('a', 'FP64', values, [values.length])))).toEqual(values),
      ),
    );
    fc.assert(fc.property(texts, (values) => expect(textsOf(textTensor('a', values, [values.length]))).toEqual(values)));
  });

  it('of texts are never read beyond their bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), fc.nat(5), (content, count) => {
        expect([
          undefined,
          'more or fewer elements than its shape',
          'a text that is not UTF-8',
          'a text with a NUL character',
        ]).toContain(textFault(content, count));
      }),
    );
  });

  it('joined row by row are cut into the same rows again', () => {
    const request = fc.array(fc.record({ number: fc.integer(), text: fc.string().filter((text) => !text.includes('\0')) }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(fc.array(request, { minLength: 1, maxLength: 5 }), (requests) => {
        const tensors = requests.map((rows) => [
          numberTensor(
            'n',
            'FP64',
            rows.flatMap(({ number }) => [number, -number]),
            [rows.length, 2],
          ),
          textTensor(
            't',
            rows.map(({ text }) => text),
            [rows.length],
          ),
        ]);
        const parts = splitRows(
          joinRows(tensors),
          requests.map((rows) => rows.length),
        )!;
        parts.forEach(([numbers, words], i) => {
          expect(numbersOf(numbers!)).toEqual(numbersOf(tensors[i]![0]!));
          expect(textsOf(words!)).toEqual(textsOf(tensors[i]![1]!));
        });
      }),
    );
  });
});
