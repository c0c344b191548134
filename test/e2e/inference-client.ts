import { credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import {
  GRPCInferenceServiceClient,
  InferTensorContents,
  ModelInferRequest,
  type ModelInferResponse,
  type ModelMetadataResponse,
} from '#contracts/inference/open_inference_grpc';
import { rawValues } from './raw-tensor.js';

/** One input tensor by its values; `as_of` is `{ int64: [1700000000000] }`. */
export type InputValues =
  | { readonly text: readonly string[] }
  | { readonly fp64: readonly number[] }
  | { readonly fp32: readonly number[] }
  | { readonly int64: readonly number[] };
export type OutputValues = readonly (string | number | boolean)[];

export interface InferCall {
  readonly inputs: Readonly<Record<string, InputValues>>;
  /** Of every tensor; one row per value where left out. */
  readonly shape?: readonly number[];
  /** A request with an id may be repeated: it is decided once. */
  readonly id?: string;
  readonly deadlineMs?: number;
}

/** One caller of the inference door (Open Inference Protocol over gRPC). Refusals reject with the ServiceError of grpc-js. */
export class InferenceClient {
  private readonly client: GRPCInferenceServiceClient;

  constructor(
    address: string,
    private readonly token: string | undefined,
  ) {
    this.client = new GRPCInferenceServiceClient(address, credentials.createInsecure(), {
      'grpc.max_receive_message_length': 64 << 20,
    });
  }

  /** The outputs by name. */
  async infer(
    model: string,
    { inputs, shape, id = '', deadlineMs = 10_000 }: InferCall,
  ): Promise<Readonly<Record<string, OutputValues>>> {
    const response = await this.send(
      {
        modelName: model,
        id,
        inputs: Object.entries(inputs).map(([name, values]) => tensor(name, values, shape)),
      },
      deadlineMs,
    );
    return Object.fromEntries(
      response.outputs.map((output, index) => [output.name, valuesOf(output, response.rawOutputContents[index])]),
    );
  }

  /** A request as it stands, for what `infer` would not put together. */
  send(request: Partial<ModelInferRequest>, deadlineMs = 10_000): Promise<ModelInferResponse> {
    return this.call<ModelInferResponse>((metadata, done) =>
      this.client.modelInfer(ModelInferRequest.fromPartial(request), metadata, deadline(deadlineMs), done),
    );
  }

  metadata(model: string): Promise<ModelMetadataResponse> {
    return this.call((metadata, done) =>
      this.client.modelMetadata({ name: model, version: '' }, metadata, deadline(5_000), done),
    );
  }

  async ready(model: string): Promise<boolean> {
    return (
      await this.call<{ ready: boolean }>((metadata, done) =>
        this.client.modelReady({ name: model, version: '' }, metadata, deadline(5_000), done),
      )
    ).ready;
  }

  async live(): Promise<boolean> {
    return (await this.call<{ live: boolean }>((metadata, done) => this.client.serverLive({}, metadata, deadline(5_000), done)))
      .live;
  }

  close(): void {
    this.client.close();
  }

  private call<Answer>(
    start: (metadata: Metadata, done: (error: ServiceError | null, answer: Answer) => void) => unknown,
  ): Promise<Answer> {
    const metadata = new Metadata();
    if (this.token !== undefined) metadata.set('authorization', `Bearer ${this.token}`);
    return new Promise((resolve, reject) => start(metadata, (error, answer) => (error ? reject(error) : resolve(answer))));
  }
}

function deadline(ms: number): { readonly deadline: Date } {
  return { deadline: new Date(Date.now() + ms) };
}

function tensor(name: string, values: InputValues, shape: readonly number[] | undefined): ModelInferRequest['inputs'][number] {
  const [datatype, contents, count] = contentsOf(values);
  return {
    name,
    datatype,
    shape: (shape ?? [count]).map(BigInt),
    parameters: {},
    contents: InferTensorContents.fromPartial(contents),
  };
}

function contentsOf(values: InputValues): readonly [string, Partial<InferTensorContents>, number] {
  if ('text' in values) return ['BYTES', { bytesContents: values.text.map((text) => Buffer.from(text)) }, values.text.length];
  if ('fp64' in values) return ['FP64', { fp64Contents: [...values.fp64] }, values.fp64.length];
  if ('fp32' in values) return ['FP32', { fp32Contents: [...values.fp32] }, values.fp32.length];
  return ['INT64', { int64Contents: values.int64.map(BigInt) }, values.int64.length];
}

/** A server may answer either in typed fields or in raw bytes. */
function valuesOf({ datatype, contents }: ModelInferResponse['outputs'][number], raw: Buffer | undefined): OutputValues {
  if (!contents) return rawValues(datatype, raw ?? Buffer.alloc(0));
  const { boolContents, intContents, int64Contents, fp32Contents, fp64Contents, bytesContents } = contents;
  const filled = [boolContents, intContents, int64Contents.map(Number), fp32Contents, fp64Contents, bytesContents.map(String)];
  return filled.find((list) => list.length > 0) ?? [];
}
