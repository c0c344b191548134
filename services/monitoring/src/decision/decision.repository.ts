import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { dayOf, type EventDay } from '../monitor/event-day.js';
import { MonitorRepository } from '../monitor/monitor.repository.js';
import { StalePeriodRepository } from '../monitor/stale-period.repository.js';
import { VersionRepository } from '../version/version.repository.js';
import type { JudgedDecision, ServedBatch } from './decision.js';

/** Which decisions to judge, and on what. */
export interface JudgedRange {
  readonly endpointId: string;
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
  /** Outcomes known later are not seen; all are where it is absent. */
  readonly knownUntil?: Date;
  readonly versionId?: string;
}

type JudgedRow = Omit<JudgedDecision, 'day'> & { readonly decidedAt: Date };

@Injectable()
export class DecisionRepository {
  constructor(
    private readonly monitors: MonitorRepository,
    private readonly versions: VersionRepository,
    private readonly stale: StalePeriodRepository,
  ) {}

  /** Keeps batches of decisions; a decision that is kept already stays as it is. */
  async keep(tx: EntityManager, workspace: string, batches: readonly ServedBatch[]): Promise<void> {
    await tx.query(
      `insert into served_batch (id, workspace, endpoint_id, columns)
       select t.id, $1, t.endpoint_id, t.columns from unnest($2::text[], $3::text[], $4::bytea[]) as t(id, endpoint_id, columns)
       on conflict do nothing`,
      [
        workspace,
        batches.map(({ id }) => id),
        batches.map(({ endpointId }) => endpointId),
        batches.map(({ columns }) => Buffer.from(columns)),
      ],
    );
    await this.insert(tx, workspace, batches);
    for (const group of Map.groupBy(batches, ({ endpointId }) => endpointId).values()) {
      const monitorId = await this.monitors.watch(tx, workspace, group[0]!);
      const decisions = group.flatMap((batch) => batch.decisions);
      await this.versions.meet(tx, workspace, monitorId, new Set(decisions.map(({ versionId }) => versionId)));
      await this.stale.mark(tx, workspace, monitorId, new Set(decisions.map(({ decidedAt }) => dayOf(decidedAt))));
    }
  }

  private async insert(tx: EntityManager, workspace: string, batches: readonly ServedBatch[]): Promise<void> {
    const rows = batches.flatMap(({ id, endpointId, decisions }) =>
      decisions.map((decision, row) => ({ ...decision, endpointId, batchId: id, row })),
    );
    await tx.query(
      `insert into decision (workspace, id, endpoint_id, row_key, decided_at, version_id, arm, probability, threshold, act, baseline_act, batch_id, batch_row)
       select $1, t.* from unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::text[], $8::float8[], $9::float8[],
                                  $10::boolean[], $11::boolean[], $12::text[], $13::integer[]) as t
       on conflict do nothing`,
      [
        workspace,
        rows.map(({ id }) => id),
        rows.map(({ endpointId }) => endpointId),
        rows.map(({ rowKey }) => rowKey),
        rows.map(({ decidedAt }) => decidedAt.toISOString()),
        rows.map(({ versionId }) => versionId),
        rows.map(({ arm }) => arm),
        rows.map(({ probability }) => probability),
        rows.map(({ threshold }) => threshold),
        rows.map(({ act }) => act),
        rows.map(({ baselineAct }) => baselineAct),
        rows.map(({ batchId }) => batchId),
        rows.map(({ row }) => row),
      ],
    );
  }

  /** The numbers of a day's window and month have to be brought up to date. */
  touch(tx: EntityManager, workspace: string, monitorId: string, day: EventDay): Promise<void> {
    return this.stale.mark(tx, workspace, monitorId, [day]);
  }

  /** A person decided otherwise; what was earned is what was done. */
  async override(
    tx: EntityManager,
    workspace: string,
    override: { decisionId: string; endpointId: string; act: boolean; by: string },
  ): Promise<void> {
    const { decisionId, endpointId, act, by } = override;
    await tx.query(
      `insert into decision_override (decision_id, workspace, act, overridden_by) values ($1, $2, $3, $4)
       on conflict (workspace, decision_id) do update set act = excluded.act, overridden_by = excluded.overridden_by`,
      [decisionId, workspace, act, by],
    );
    const found = (await tx.query(
      `select m.id as "monitorId", d.decided_at as "decidedAt" from decision d join monitor m on m.endpoint_id = d.endpoint_id
        where d.id = $1 and d.endpoint_id = $2`,
      [decisionId, endpointId],
    )) as readonly { readonly monitorId: string; readonly decidedAt: Date }[];
    for (const { monitorId, decidedAt } of found) await this.stale.mark(tx, workspace, monitorId, [dayOf(decidedAt)]);
  }

  /** Decisions of a range in an order that their arrival does not change, each with the outcome in force. */
  async judged(
    tx: EntityManager,
    { endpointId, from, to, knownUntil, versionId }: JudgedRange,
  ): Promise<readonly JudgedDecision[]> {
    const rows = (await tx.query(
      `select d.decided_at as "decidedAt", d.version_id as "versionId", d.arm, d.probability, d.threshold,
              coalesce(v.act, d.act) as act, coalesce(d.baseline_act, d.act) as "baselineAct", o.outcome
         from decision d
         left join decision_override v on v.workspace = d.workspace and v.decision_id = d.id
         left join lateral (
           select outcome from outcome where workspace = d.workspace and decision_id = d.id and known_at <= $4 order by known_at desc limit 1) o on true
        where d.endpoint_id = $1 and d.decided_at >= $2 and d.decided_at < $3 and ($5::text is null or d.version_id = $5)
        order by d.decided_at, d.row_key, d.id`,
      [endpointId, from, to, knownUntil ?? 'infinity', versionId ?? null],
    )) as readonly JudgedRow[];
    return rows.map(({ decidedAt, ...row }) => ({ ...row, day: dayOf(decidedAt) }));
  }

  /** The first moment at or after `from` at which a decision was made. */
  async firstSince(tx: EntityManager, endpointId: string, from: Date | null): Promise<Date | null> {
    const [row] = (await tx.query(`select min(decided_at) as first from decision where endpoint_id = $1 and decided_at >= $2`, [
      endpointId,
      from ?? '-infinity',
    ])) as readonly { readonly first: Date | null }[];
    return row!.first;
  }
}
