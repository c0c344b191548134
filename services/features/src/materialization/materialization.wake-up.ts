import { EventEmitter, once } from 'node:events';
import { Injectable } from '@nestjs/common';

/** Tells the runner of this process that there is work; other processes find it when they look by themselves. */
@Injectable()
export class MaterializationWakeUp {
  private readonly emitter = new EventEmitter();

  notify(): void {
    this.emitter.emit('work');
  }

  /** Resolves at the next `notify`, or after `ms`, or when the signal fires. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    await once(this.emitter, 'work', { signal: AbortSignal.any([signal, AbortSignal.timeout(ms)]) }).catch(() => undefined);
  }
}
