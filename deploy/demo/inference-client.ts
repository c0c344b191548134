import { credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';
import {
  GRPCInferenceServiceClient,
  type ModelInferRequest,
  type ModelInferRequest_InferInputTensor as InputTensor,
  type ModelInferResponse,
} from '#contracts/inference/open_inference_grpc';
import type { Role } from '#libs/identity';
import type { People } from './people.js';

/** One row to decide: its id makes a repeated call the same decision. */
export interface DecisionRequest {
  readonly id: string;
  readonly asOf: Date;
  readonly texts: Readonly<Record<string, string | null>>;
  readonly numbers: Readonly<Record<string, number | null>>;
}

/** What the endpoint answered. */
export interface DecisionAnswer {
  readonly decisionId: string;
  readonly modelVersionId: string;
  readonly arm: string;
  readonly probability: number;
  readonly threshold: number;
  readonly act: boolean;
}

const DEADLINE_MS = 10_000;
const ATTEMPTS = 60;
const WAIT_MS = 250;

function textTensor(name: string, value: string | null): InputTensor {
  return tensor(name, 'BYTES', { bytesContents: [Buffer.from(value ?? '')] });
}

function tensor(name: string, datatype: string, contents: Partial<NonNullable<InputTensor['contents']>>): InputTensor {
  const none = {
    boolContents: [],
    intContents: [],
    int64Contents: [],
    uintContents: [],
    uint64Contents: [],
    fp32Contents: [],
    fp64Contents: [],
    bytesContents: [],
  };
  return { name, datatype, shape: [1n], parameters: {}, contents: { ...none, ...contents } };
}

function messageOf(endpoint: string, { id, asOf, texts, numbers }: DecisionRequest): ModelInferRequest {
  const inputs = [
    ...Object.entries(texts).map(([name, value]) => textTensor(name, value)),
    ...Object.entries(numbers).map(([name, value]) => tensor(name, 'FP64', { fp64Contents: [value ?? NaN] })),
    tensor('as_of', 'INT64', { int64Contents: [BigInt(asOf.getTime())] }),
  ];
  return { modelName: endpoint, modelVersion: '', id, parameters: {}, inputs, outputs: [], rawInputContents: [] };
}

/** Reads one row of the answer, whether its tensors came typed or raw. */
function answerOf({ outputs, rawOutputContents }: ModelInferResponse): DecisionAnswer {
  const at = (name: string): number => outputs.findIndex((output) => output.name === name);
  const text = (name: string): string => {
    const raw = rawOutputContents[at(name)];
    return raw ? raw.subarray(4).toString() : outputs[at(name)]!.contents!.bytesContents[0]!.toString();
  };
  const number = (name: string): number =>
    rawOutputContents[at(name)]?.readDoubleLE(0) ?? outputs[at(name)]!.contents!.fp64Contents[0]!;
  const flag = (name: string): boolean =>
    rawOutputContents[at(name)] ? rawOutputContents[at(name)]![0] === 1 : outputs[at(name)]!.contents!.boolContents[0]!;
  return {
    decisionId: text('decision_id'),
    modelVersionId: text('model_version'),
    arm: text('arm'),
    probability: number('probability'),
    threshold: number('threshold'),
    act: flag('act'),
  };
}

/** Calls an endpoint by the Open Inference Protocol, and keeps count. */
export class InferenceClient {
  private readonly client: GRPCInferenceServiceClient;
  readonly latenciesMs: number[] = [];
  requests = 0;
  /** Attempts that found the service away and were made again. */
  retries = 0;
  /** Requests that got no answer in the end. */
  errors = 0;

  constructor(
    address: string,
    private readonly people: People,
    private readonly role: Role,
  ) {
    this.client = new GRPCInferenceServiceClient(address, credentials.createInsecure(), {
      'grpc.max_reconnect_backoff_ms': 1_000,
    });
  }

  async decide(endpoint: string, request: DecisionRequest): Promise<DecisionAnswer> {
    this.requests++;
    const message = messageOf(endpoint, request);
    for (let attempt = 1; ; attempt++) {
      const startedAt = performance.now();
      try {
        const answer = answerOf(await this.infer(message));
        this.latenciesMs.push(performance.now() - startedAt);
        return answer;
      } catch (error) {
        const away = (error as ServiceError).code === status.UNAVAILABLE || (error as ServiceError).code === status.CANCELLED;
        if (!away || attempt >= ATTEMPTS) {
          this.errors++;
          throw error;
        }
        this.retries++;
        await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
      }
    }
  }

  private async infer(message: ModelInferRequest): Promise<ModelInferResponse> {
    const metadata = new Metadata();
    metadata.set('authorization', await this.people.authorization(this.role));
    return new Promise((resolve, reject) => {
      this.client.modelInfer(message, metadata, { deadline: Date.now() + DEADLINE_MS }, (error, response) =>
        error ? reject(error) : resolve(response),
      );
    });
  }

  close(): void {
    this.client.close();
  }
}

/** Works on `items` in order, `width` at a time. */
export async function eachOf<Item>(items: readonly Item[], width: number, work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
