import { randomUUID } from 'node:crypto';
import type { TopicCatalogue } from '../topic.js';
import { partitionsFor, type Member } from './assignment.js';
import { claimKey, type Claim, type Membership } from './claim.js';
import type { PostgresSession } from './session.js';
import * as statements from './statements.js';

interface MemberRow {
  readonly grp: string;
  readonly member: string;
  readonly topics: readonly string[];
}
interface ClaimRow {
  readonly grp: string;
  readonly topic: string;
  readonly part: number;
  readonly txid: string;
  readonly id: string;
  readonly epoch: string;
}

/**
 * Keeps this process a member of its groups and holds the partitions that fall to it. A partition changes hands only when
 * its holder gave it up or has been silent for the lease; the epoch fences a holder that was merely slow.
 */
export class Rebalancer {
  readonly claims = new Map<string, Claim>();
  private readonly id = randomUUID();
  private readonly memberships = new Map<string, Membership>();
  private running: Promise<void> | undefined;
  private again = false;

  constructor(
    private readonly session: PostgresSession,
    private readonly catalogue: TopicCatalogue,
    private readonly leaseMs: number,
    private readonly onChange: () => void,
  ) {}

  has(group: string): boolean {
    return this.memberships.has(group);
  }

  async join(membership: Membership): Promise<void> {
    const { group } = membership.request;
    this.memberships.set(group, membership);
    await this.rebalance();
    await this.session.query(statements.ANNOUNCE, [group]);
  }

  /** Gives everything of the group back at once; call it when nothing of it is in hand. */
  async leave(group: string): Promise<void> {
    this.memberships.delete(group);
    for (const [key, claim] of this.claims) if (claim.membership.request.group === group) this.claims.delete(key);
    await this.running?.catch(() => undefined);
    await this.session.query(statements.LEAVE, [this.id, group]);
  }

  drop(claim: Claim): void {
    const key = claimKey(claim.membership.request.group, claim.topic, claim.partition);
    if (this.claims.get(key) === claim) this.claims.delete(key);
  }

  async release(claim: Claim): Promise<void> {
    this.drop(claim);
    const { group } = claim.membership.request;
    await this.session.query(statements.RELEASE, [this.id, group, claim.topic, claim.partition, claim.epoch]);
  }

  /** Beats, then takes and gives what the present members make due. Calls while it runs fold into one more run. */
  rebalance(): Promise<void> {
    this.again = true;
    this.running ??= this.runUntilSettled().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async runUntilSettled(): Promise<void> {
    while (this.again && this.memberships.size > 0) {
      this.again = false;
      const wanted = this.divide(await this.beat());
      await this.give(wanted);
      await this.take([...wanted].filter((key) => !this.claims.has(key)));
      this.onChange();
    }
  }

  private beat(): Promise<readonly MemberRow[]> {
    const mine = [...this.memberships.values()].map(({ request }) => request);
    const topics = mine.map((request) => request.topics.join(','));
    return this.session.query<MemberRow>(statements.BEAT, [this.id, mine.map((r) => r.group), topics, this.leaseMs], 'beat');
  }

  private divide(others: readonly MemberRow[]): Set<string> {
    const wanted = new Set<string>();
    for (const { request } of this.memberships.values()) {
      const members: Member[] = others
        .filter((row) => row.grp === request.group)
        .map((row) => ({ id: row.member, topics: row.topics }));
      members.push({ id: this.id, topics: request.topics });
      for (const topic of request.topics) {
        const { partitions } = this.catalogue.topic(topic);
        for (const part of partitionsFor(this.id, members, topic, partitions)) wanted.add(claimKey(request.group, topic, part));
      }
    }
    return wanted;
  }

  private async give(wanted: ReadonlySet<string>): Promise<void> {
    for (const [key, claim] of this.claims) {
      claim.leaving = !wanted.has(key);
      if (claim.leaving && !claim.busy) await this.release(claim);
    }
  }

  private async take(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    const parts = keys.map((key) => key.split(' ') as [string, string, string]);
    const columns = [parts.map((p) => p[0]), parts.map((p) => p[1]), parts.map((p) => Number(p[2]))];
    const rows = await this.session.query<ClaimRow>(statements.CLAIM, [this.id, ...columns, this.leaseMs]);
    for (const row of rows) this.hold(row);
  }

  private hold(row: ClaimRow): void {
    const membership = this.memberships.get(row.grp);
    if (!membership) return;
    this.claims.set(claimKey(row.grp, row.topic, row.part), {
      membership,
      topic: row.topic,
      partition: row.part,
      epoch: row.epoch,
      position: { txid: row.txid, id: row.id },
      busy: false,
      due: true,
      leaving: false,
      heldReads: 0,
      failures: 0,
    });
  }
}
