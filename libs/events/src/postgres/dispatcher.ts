import type { Report } from '../report.js';
import { backoffMs, waitFor, WakeUp } from '../waiting.js';
import type { Claim, Membership } from './claim.js';
import type { Rebalancer } from './rebalancer.js';
import type { LogStore, Slice } from './store.js';

const HELD_FIRST_MS = 2;
const HELD_MAX_MS = 100;
const FAILED_FIRST_MS = 50;
const FAILED_MAX_MS = 10_000;

/**
 * The one reading loop of a process: asks for all due partitions of all its groups in one statement, hands each slice to its
 * subscriber, and moves the group on when it is handled. A partition in hand is not read further: that is the back-pressure.
 */
export class Dispatcher {
  private readonly wake = new WakeUp();
  private readonly inHand = new Set<Promise<void>>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private ended = false;
  private loop: Promise<void> | undefined;

  constructor(
    private readonly store: LogStore,
    private readonly rebalancer: Rebalancer,
    private readonly report: Report,
  ) {}

  start(): void {
    this.loop ??= this.run();
  }

  /** Events of these topics, or of any, may have arrived. */
  arrived(topics?: ReadonlySet<string>): void {
    for (const claim of this.rebalancer.claims.values()) if (!topics || topics.has(claim.topic)) claim.due = true;
    this.wake.fire();
  }

  /** Resolves when no delivery of the membership is in hand; nothing new is handed to it once it is stopping. */
  async drain(membership: Membership): Promise<void> {
    while ([...this.rebalancer.claims.values()].some((claim) => claim.busy && claim.membership === membership)) {
      await Promise.race(this.inHand);
    }
  }

  async end(): Promise<void> {
    this.ended = true;
    this.wake.fire();
    for (const timer of this.timers) clearTimeout(timer);
    await this.loop;
    await Promise.all(this.inHand);
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.ended) {
      const ready = this.ready();
      if (ready.length === 0) {
        await this.wake.wait();
        continue;
      }
      try {
        for (const claim of ready) claim.due = false;
        for (const slice of await this.store.read(ready)) this.take(slice);
        failures = 0;
      } catch (error) {
        for (const claim of ready) claim.due = !claim.busy;
        this.report('event log cannot be read', { error: String(error) });
        await this.wake.wait(backoffMs(++failures, FAILED_FIRST_MS, FAILED_MAX_MS));
      }
    }
  }

  private ready(): readonly Claim[] {
    const free = new Map<Membership, number>();
    const claims = [...this.rebalancer.claims.values()];
    for (const claim of claims) {
      const before = free.get(claim.membership) ?? claim.membership.concurrency;
      free.set(claim.membership, before - (claim.busy ? 1 : 0));
    }
    return claims.filter((claim) => {
      const slots = free.get(claim.membership) ?? 0;
      if (!claim.due || claim.busy || claim.leaving || claim.membership.stopping.signal.aborted || slots <= 0) return false;
      free.set(claim.membership, slots - 1);
      return true;
    });
  }

  private take(slice: Slice): void {
    const { claim } = slice;
    if (slice.end) {
      claim.heldReads = 0;
      claim.busy = true;
      const work = this.deliver(slice).finally(() => this.inHand.delete(work));
      this.inHand.add(work);
    } else if (slice.held) {
      this.later(claim, backoffMs(++claim.heldReads, HELD_FIRST_MS, HELD_MAX_MS));
    } else {
      claim.heldReads = 0;
    }
  }

  /** Never rejects: what went wrong is reported, and the slice comes again. */
  private async deliver({ claim, records, end }: Slice): Promise<void> {
    const { request, stopping } = claim.membership;
    const { topic, partition } = claim;
    try {
      if (records.length > 0) await request.handle({ topic, partition, records, signal: stopping.signal });
      claim.failures = 0;
      if (end && (await this.store.advance(claim, end))) claim.position = end;
      else this.lose(claim);
      claim.due = true;
    } catch (error) {
      claim.failures += 1;
      if (!stopping.signal.aborted) {
        const facts = { group: request.group, topic, partition, failures: claim.failures, error: String(error) };
        this.report('event delivery failed, it comes again', facts);
        await waitFor(backoffMs(claim.failures, FAILED_FIRST_MS, FAILED_MAX_MS), stopping.signal).catch(() => undefined);
        claim.due = true;
      }
    }
    claim.busy = false;
    if (claim.leaving) await this.rebalancer.release(claim).catch(() => undefined);
    this.wake.fire();
  }

  private lose(claim: Claim): void {
    this.rebalancer.drop(claim);
    this.report('partition was taken by another member', { topic: claim.topic, partition: claim.partition });
  }

  private later(claim: Claim, ms: number): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      claim.due = true;
      this.wake.fire();
    }, ms);
    this.timers.add(timer);
  }
}
