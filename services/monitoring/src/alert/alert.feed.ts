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
  /** What it got already: an alert may come by catching up and by the poll. */
  readonly sent: Set<string>;
  /** Alerts that came while it catches up, to be sent behind those it missed; null when it has caught up. */
  held: Alert[] | null;
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
  private opening: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly alerts: AlertRepository,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /** @param after id of the last alert seen: what was raised since then comes first */
  async subscribe(workspace: string, endpointId: string | null, after: string | null): Promise<AsyncIterableIterator<Alert>> {
    const subscriber: Subscriber = { workspace, endpointId, sent: new Set(), held: [] };
    const queue = new AlertQueue((ended) => this.leave(ended));
    if (this.subscribers.size === 0) this.opening = this.goToEnd();
    this.subscribers.set(queue, subscriber);
    try {
      await this.opening;
      this.timer ??= setTimeout(() => void this.poll(), EVERY_MS);
      const missed = after === null ? [] : await this.missed(subscriber, after);
      const held = subscriber.held ?? [];
      subscriber.held = null;
      for (const alert of [...missed, ...held]) this.deliver(queue, subscriber, alert);
    } catch (error) {
      await queue.return();
      throw error;
    }
    return queue;
  }

  private async missed({ workspace, endpointId }: Subscriber, after: string): Promise<readonly Alert[]> {
    const missed = await this.alerts.raisedSince(workspace, endpointId, after, MOST_MISSED);
    if (!missed) throw new Problem('not-found', 'monitoring/alert', `no alert ${after}`, { id: after });
    return missed;
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
    for (const [queue, subscriber] of this.subscribers) {
      const { workspace, endpointId, held } = subscriber;
      const wanted = workspace === alert.workspace && (endpointId === null || endpointId === alert.endpointId);
      if (!wanted) continue;
      if (held) held.push(alert);
      else this.deliver(queue, subscriber, alert);
    }
  }

  private deliver(queue: AlertQueue, { sent }: Subscriber, alert: Alert): void {
    if (sent.has(alert.id)) return;
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
