import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { LOG } from '#libs/host';
import type { Logger } from '#libs/log';
import { Problem } from '#libs/problem';
import type { Alert } from './alert.js';
import { AlertQueue } from './alert.queue.js';
import { AlertRepository } from './alert.repository.js';

const EVERY_MS = 300;
const AT_ONCE = 200;
/** Places are given before the commit, so a lower one may appear after a higher one: so many places are read again. */
const LOOK_BACK = 50;
/** Most alerts that are sent again to one who was away. */
const MOST_MISSED = 1_000;

interface Subscriber {
  readonly workspace: string;
  readonly endpointId: string | null;
  /** Alerts already sent to it before it joined the feed. */
  readonly sent: Set<string>;
}

/**
 * Alerts as they are raised, by whichever replica. One poll of the table serves all subscribers of the process, and there is none
 * while nobody listens.
 */
@Injectable()
export class AlertFeed implements OnApplicationShutdown {
  private readonly subscribers = new Map<AlertQueue, Subscriber>();
  private readonly seen = new Map<number, string>();
  private position = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly alerts: AlertRepository,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /** @param after id of the last alert seen: what was raised since then comes first */
  async subscribe(workspace: string, endpointId: string | null, after: string | null): Promise<AsyncIterableIterator<Alert>> {
    if (this.subscribers.size === 0) await this.goToEnd();
    const subscriber: Subscriber = { workspace, endpointId, sent: new Set() };
    const queue = new AlertQueue((ended) => this.leave(ended));
    this.subscribers.set(queue, subscriber);
    this.timer ??= setTimeout(() => void this.poll(), EVERY_MS);
    if (after !== null) await this.catchUp(queue, subscriber, after);
    return queue;
  }

  private async catchUp(queue: AlertQueue, { workspace, endpointId, sent }: Subscriber, after: string): Promise<void> {
    const missed = await this.alerts.raisedSince(workspace, endpointId, after, MOST_MISSED);
    if (!missed) {
      await queue.return();
      throw new Problem('not-found', 'monitoring/alert', `no alert ${after}`, { id: after });
    }
    for (const alert of missed) if (!sent.has(alert.id)) this.deliver(queue, sent, alert);
  }

  private async goToEnd(): Promise<void> {
    this.seen.clear();
    this.position = await this.alerts.end();
    const { alerts, sequences } = await this.alerts.behind(this.position - LOOK_BACK, AT_ONCE);
    alerts.forEach(({ id }, i) => this.seen.set(sequences[i]!, id));
  }

  private async poll(): Promise<void> {
    try {
      const { alerts, sequences } = await this.alerts.behind(this.position - LOOK_BACK, AT_ONCE);
      alerts.forEach((alert, i) => this.pass(alert, sequences[i]!));
      for (const sequence of this.seen.keys()) if (sequence <= this.position - LOOK_BACK) this.seen.delete(sequence);
    } catch (error) {
      this.log.warn({ err: error }, 'alerts cannot be read for subscribers, trying again');
    }
    this.timer = this.subscribers.size > 0 ? setTimeout(() => void this.poll(), EVERY_MS) : undefined;
  }

  private pass(alert: Alert, sequence: number): void {
    if (this.seen.has(sequence)) return;
    this.seen.set(sequence, alert.id);
    this.position = Math.max(this.position, sequence);
    for (const [queue, { workspace, endpointId, sent }] of this.subscribers) {
      const wanted = workspace === alert.workspace && (endpointId === null || endpointId === alert.endpointId);
      if (wanted && !sent.has(alert.id)) this.deliver(queue, sent, alert);
    }
  }

  private deliver(queue: AlertQueue, sent: Set<string>, alert: Alert): void {
    sent.add(alert.id);
    queue.push(alert);
  }

  private leave(queue: AlertQueue): void {
    this.subscribers.delete(queue);
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await Promise.all([...this.subscribers.keys()].map((queue) => queue.return()));
  }
}
