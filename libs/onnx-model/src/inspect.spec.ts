import fc from 'fast-check';
import ort from 'onnxruntime-node';
import { Problem } from '#libs/problem';
import { attribute, encodeModel, graphValue, inspectModel, mlNode, node, tensor } from './index.js';

const scale = encodeModel({
  name: 'scale',
  inputs: [graphValue('x', 'float', ['N', 2]), graphValue('place', 'string', ['N', 1])],
  outputs: [graphValue('y', 'float', ['N', 2])],
  nodes: [
    mlNode('LabelEncoder', ['place'], ['rate'], {
      keys_strings: attribute.strings(['JFK', '', 'Zürich']),
      values_floats: attribute.floats([2, 4, 3]),
      default_float: attribute.float(0.5),
    }),
    node('Mul', ['x', 'rate'], ['scaled']),
    node('Add', ['scaled', 'shift'], ['y']),
  ],
  constants: [tensor('shift', 'float', [2], [10, 20])],
  metadata: { owner: 'test', ключ: 'значение' },
});

function problemOf(work: () => unknown): Problem {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('an encoded graph', () => {
  it('runs in ONNX Runtime with its strings, constants and attributes', async () => {
    const session = await ort.InferenceSession.create(scale);
    const feeds = {
      x: new ort.Tensor('float32', Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), [4, 2]),
      place: new ort.Tensor('string', ['JFK', 'Zürich', '?', ''], [4, 1]),
    };
    const { y } = await session.run(feeds);
    expect(Array.from(y!.data as Float32Array)).toEqual([12, 24, 19, 32, 12.5, 23, 38, 52]);
  });

  it('tells its border, operators and metadata without being run', () => {
    expect(inspectModel(scale)).toEqual({
      irVersion: 8,
      producer: 'millrace',
      graphName: 'scale',
      opsets: { '': 15, 'ai.onnx.ml': 3 },
      inputs: [graphValue('x', 'float', ['N', 2]), graphValue('place', 'string', ['N', 1])],
      outputs: [graphValue('y', 'float', ['N', 2])],
      operators: ['ai.onnx.ml:LabelEncoder', 'Mul', 'Add'],
      nodeCount: 3,
      metadata: { owner: 'test', ключ: 'значение' },
    });
  });

  it('is refused before encoding where a node reads what nothing makes', () => {
    const fault = problemOf(() =>
      encodeModel({ name: 'g', inputs: [], outputs: [graphValue('y', 'float', [])], nodes: [node('Neg', ['x'], ['y'])] }),
    );
    expect(fault.slug).toBe('onnx/graph');
  });

  it('is refused before encoding where a constant does not fill its shape', () => {
    const constants = [tensor('y', 'float', [3], [1, 2])];
    expect(
      problemOf(() => encodeModel({ name: 'g', inputs: [], outputs: [graphValue('y', 'float', [3])], nodes: [], constants }))
        .slug,
    ).toBe('onnx/graph');
  });
});

describe('inspecting bytes of another hand', () => {
  it('refuses any bytes that are not a model with a Problem and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(problemOf(() => inspectModel(bytes)).kind).toMatch(/invalid|too-large/);
      }),
    );
  });

  it('never fails otherwise on a model with one byte changed or cut short', () => {
    fc.assert(
      fc.property(fc.nat(scale.length - 1), fc.integer({ min: 0, max: 255 }), fc.boolean(), (at, byte, cut) => {
        const bytes = cut ? scale.slice(0, at) : scale.slice();
        if (!cut) bytes[at] = byte;
        try {
          inspectModel(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(Problem);
        }
      }),
    );
  });

  it('refuses weights kept in another file', () => {
    const location = [0x6a, 0x04, 0x0a, 0x02, 0x2e, 0x2e]; // TensorProto.external_data = [{key: '..'}]
    const outputs = [0x62, 0x0d, 0x0a, 0x01, 0x79, 0x12, 0x08, 0x0a, 0x06, 0x08, 0x01, 0x12, 0x02, 0x0a, 0x00]; // y: float[?]
    const graph = [0x2a, location.length, ...location, ...outputs];
    const model = Uint8Array.from([0x08, 8, 0x3a, graph.length, ...graph, 0x42, 0x02, 0x10, 15]);
    expect(problemOf(() => inspectModel(model)).slug).toBe('onnx/external-data');
  });
});
