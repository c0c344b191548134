import { parseArgs } from 'node:util';
import { credentials, Metadata } from '@grpc/grpc-js';
import { GRPCInferenceServiceClient, type ModelInferResponse } from '#contracts/inference/open_inference_grpc';
import { tensorsOf, valuesOf } from './tensor-text.js';

const USAGE = `npm run infer -- --model NAME --row '{"column": value, …}' --token TOKEN [--as-of RFC3339] [--id ID] [--address 127.0.0.1:5005]
One call of the Open Inference Protocol (gRPC ModelInfer): texts travel as BYTES, numbers as FP64, one row.`;
const DEADLINE_MS = 10_000;

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    row: { type: 'string' },
    token: { type: 'string' },
    'as-of': { type: 'string' },
    id: { type: 'string', default: '' },
    address: { type: 'string', default: '127.0.0.1:5005' },
  },
});

function infer(model: string, row: string, token: string): Promise<ModelInferResponse> {
  const client = new GRPCInferenceServiceClient(values.address, credentials.createInsecure());
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  const inputs = tensorsOf(JSON.parse(row) as Record<string, unknown>, values['as-of']);
  const request = {
    modelName: model,
    modelVersion: '',
    id: values.id,
    parameters: {},
    inputs,
    outputs: [],
    rawInputContents: [],
  };
  return new Promise<ModelInferResponse>((resolve, reject) => {
    client.modelInfer(request, metadata, { deadline: Date.now() + DEADLINE_MS }, (error, response) =>
      error ? reject(error) : resolve(response),
    );
  }).finally(() => client.close());
}

const { model, row, token } = values;
if (!model || !row || !token) {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = 2;
} else {
  try {
    process.stdout.write(`${JSON.stringify(valuesOf(await infer(model, row, token)), null, 2)}\n`);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
