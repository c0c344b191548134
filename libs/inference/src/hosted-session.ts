import type { ModelFile, ModelSignature } from './model.js';

/** A model's place in one worker: it is loaded there, or will be. */
export class HostedSession {
  state: 'pending' | 'ready' | 'failed' = 'pending';
  /** One batch at a time: what arrives meanwhile makes the next. */
  busy = false;
  /** Processes lost while they loaded this model, since it was last ready. */
  losses = 0;
  /** Fulfilled when the model is ready for the first time. */
  readonly loaded: Promise<ModelSignature>;
  private readonly resolve: (signature: ModelSignature) => void;
  private readonly reject: (error: Error) => void;

  constructor(readonly file: ModelFile) {
    const { promise, resolve, reject } = Promise.withResolvers<ModelSignature>();
    this.loaded = promise;
    this.resolve = resolve;
    this.reject = reject;
    promise.catch(() => undefined); // a failure at a later reload is reported by the pool's events
  }

  get isFree(): boolean {
    return this.state === 'ready' && !this.busy;
  }

  ready(signature: ModelSignature): void {
    this.state = 'ready';
    this.losses = 0;
    this.resolve(signature);
  }

  fail(error: Error): void {
    this.state = 'failed';
    this.reject(error);
  }
}
