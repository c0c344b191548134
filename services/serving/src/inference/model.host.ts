import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { featureTensors, InferencePool, numbersOf, type InferOptions, type ModelSignature, type Tensor } from '#libs/inference';
import type { ObjectStore } from '#libs/objects';
import {
  featureBindings,
  inspectModel,
  MODEL_LIMITS,
  packFeatures,
  type FeatureBinding,
  type FeatureColumn,
  type ModelSummary,
} from '#libs/onnx-model';
import { Problem } from '#libs/problem';
import { OBJECTS } from '#libs/storage';

/** Models kept loaded; the pool takes a few more, for those that come before others go. */
const KEPT = 24;
const OUTPUT = 'probability';

/** A model that runs, and where it reads which feature. */
interface Hosted {
  readonly signature: ModelSignature;
  readonly summary: ModelSummary;
  /** Undefined for a model that is no decision model: its inputs are tensors, not features. */
  readonly bindings: readonly FeatureBinding[] | undefined;
}

/** Runs models by the hash of their artifact: loads them when they are first wanted, lets go of those that were not for longest. */
@Injectable()
export class ModelHost implements OnModuleDestroy {
  /** In the order of their last use. */
  private readonly hosted = new Map<string, Promise<Hosted>>();

  constructor(
    private readonly pool: InferencePool,
    @Inject(OBJECTS) private readonly objects: ObjectStore,
  ) {}

  /**
   * Loads and warms a model unless it is there; whoever asks meanwhile waits for the same.
   * @throws Problem of the object store, `onnx/…`, `inference/…`
   */
  async ensure(workspace: string, hash: string): Promise<ModelSignature> {
    return (await this.host(workspace, hash)).signature;
  }

  isReady(hash: string): boolean {
    return this.pool.isReady(hash);
  }

  /** Runs tensors as they are. */
  async infer(workspace: string, hash: string, tensors: readonly Tensor[], options: InferOptions): Promise<readonly Tensor[]> {
    await this.host(workspace, hash);
    try {
      return await this.pool.infer(hash, tensors, options);
    } catch (error) {
      if (!(error instanceof Problem) || !LOST.has(error.slug)) throw error;
      this.hosted.delete(hash); // it was let go of, or given up, between the two steps
      await this.host(workspace, hash);
      return this.pool.infer(hash, tensors, options);
    }
  }

  /** The probability of each row, from its features by name. @throws Problem invalid `serving/not-a-decision-model` */
  async probabilities(
    workspace: string,
    hash: string,
    features: Readonly<Record<string, FeatureColumn>>,
    rows: number,
    options: InferOptions,
  ): Promise<Float64Array> {
    const { summary, bindings } = await this.host(workspace, hash);
    if (!bindings) throw notADecisionModel(hash);
    const outputs = await this.infer(workspace, hash, featureTensors(packFeatures(summary, bindings, features, rows)), options);
    const output = outputs.find(({ name }) => name === OUTPUT);
    const values = output && numbersOf(output);
    if (values?.length !== rows) throw notADecisionModel(hash);
    return values;
  }

  onModuleDestroy(): Promise<void> {
    return this.pool.close();
  }

  private host(workspace: string, hash: string): Promise<Hosted> {
    const known = this.hosted.get(hash);
    this.hosted.delete(hash);
    const hosted = known ?? this.load(workspace, hash);
    this.hosted.set(hash, hosted);
    if (!known) hosted.catch(() => this.hosted.get(hash) === hosted && this.hosted.delete(hash));
    return hosted;
  }

  private async load(workspace: string, hash: string): Promise<Hosted> {
    const bytes = await this.objects.bytes(workspace, hash, { maxBytes: MODEL_LIMITS.bytes });
    const summary = inspectModel(bytes);
    const signature = await this.pool.load({ hash, bytes });
    await this.letGo();
    return { signature, summary, bindings: bindingsOf(summary) };
  }

  private async letGo(): Promise<void> {
    const [oldest] = this.hosted.keys();
    if (this.hosted.size <= KEPT || oldest === undefined) return;
    this.hosted.delete(oldest);
    await this.pool.unload(oldest);
  }
}

/** A model that a request expected to find was let go of, or its process was given up: loading it again is worth one try. */
const LOST: ReadonlySet<string> = new Set(['inference/model-not-loaded', 'inference/model-crashed']);

function bindingsOf(summary: ModelSummary): readonly FeatureBinding[] | undefined {
  try {
    return featureBindings(summary);
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

function notADecisionModel(hash: string): Problem {
  return new Problem('invalid', 'serving/not-a-decision-model', `the model has no '${OUTPUT}' for each row of named features`, {
    hash,
  });
}
