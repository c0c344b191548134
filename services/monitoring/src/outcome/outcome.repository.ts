import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { withWorkspace } from '#libs/database';
import type { Viewer } from '#libs/identity';
import { Problem } from '#libs/problem';
import { AuditTrail } from '#libs/storage';
import { payoffOf, type Money } from '#libs/value';
import { dayOf } from '../monitor/event-day.js';
import { monitorMapping } from '../monitor/monitor.mapping.js';
import { StalePeriodRepository } from '../monitor/stale-period.repository.js';
import type { Monitor } from '../monitor/monitor.js';
import { takeIn, type Outcome, type ReportCounts } from './outcome.js';

/** What a report says, and how far it is complete. */
export interface OutcomeReport {
  readonly endpointId: string;
  readonly outcomes: readonly Outcome[];
  readonly completeUntil: Date;
}

/** What became of one decision. */
export interface DecisionResult {
  readonly id: string;
  readonly outcome: boolean | null;
  readonly outcomeKnownAt: Date | null;
  readonly value: Money | null;
}

@Injectable()
export class OutcomeRepository {
  constructor(
    private readonly db: DataSource,
    private readonly stale: StalePeriodRepository,
    private readonly audit: AuditTrail,
  ) {}

  /** Keeps a report and moves the endpoint's completeness on; the same report again changes nothing. */
  report({ endpointId, outcomes, completeUntil }: OutcomeReport, viewer: Viewer): Promise<ReportCounts> {
    return withWorkspace(this.db, viewer.workspace, async (tx) => {
      // Reports of one endpoint take turns, so that two at once do not both find a decision without an outcome.
      await tx.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [`outcomes/${viewer.workspace}/${endpointId}`]);
      const monitor = await tx.findOneBy(monitorMapping, { endpointId });
      if (!monitor)
        throw new Problem('not-found', 'monitoring/endpoint', `no endpoint ${endpointId} is monitored`, { endpointId });
      await this.requireOwn(tx, endpointId, outcomes);
      const { store, ...counts } = takeIn(outcomes, await this.known(tx, outcomes));
      await this.insert(tx, viewer.workspace, endpointId, store);
      await tx.query(
        `update monitor set complete_until = greatest(complete_until, $2::timestamptz), awaits_decisions = true where id = $1`,
        [monitor.id, completeUntil],
      );
      const after = { ...counts, completeUntil };
      await this.audit.record(tx, { viewer, action: 'report-outcomes', subjectKind: 'endpoint', subjectId: endpointId, after });
      return counts;
    });
  }

  /** A decision that is known to belong to another endpoint is a mistake; one not known yet may still arrive. */
  private async requireOwn(tx: EntityManager, endpointId: string, outcomes: readonly Outcome[]): Promise<void> {
    const ids = outcomes.map(({ decisionId }) => decisionId);
    const [foreign] = (await tx.query(`select id from decision where id = any($1) and endpoint_id <> $2 limit 1`, [
      ids,
      endpointId,
    ])) as readonly { readonly id: string }[];
    if (foreign) {
      throw new Problem('invalid', 'monitoring/foreign-decision', `decision ${foreign.id} was not made by this endpoint`, {
        decisionId: foreign.id,
      });
    }
  }

  private known(tx: EntityManager, outcomes: readonly Outcome[]): Promise<readonly Outcome[]> {
    const ids = outcomes.map(({ decisionId }) => decisionId);
    return tx.query(
      `select decision_id as "decisionId", known_at as "knownAt", outcome from outcome where decision_id = any($1)`,
      [ids],
    );
  }

  private async insert(tx: EntityManager, workspace: string, endpointId: string, outcomes: readonly Outcome[]): Promise<void> {
    if (outcomes.length === 0) return;
    await tx.query(
      `insert into outcome (workspace, endpoint_id, reported_at, joined, decision_id, known_at, outcome)
       select $1, $2, now(), false, t.* from unnest($3::text[], $4::timestamptz[], $5::boolean[]) as t`,
      [
        workspace,
        endpointId,
        outcomes.map(({ decisionId }) => decisionId),
        outcomes.map(({ knownAt }) => knownAt.toISOString()),
        outcomes.map(({ outcome }) => outcome),
      ],
    );
  }

  /**
   * Joins outcomes with the decisions that have arrived by now; their windows and months are stale then.
   * @returns the earliest known time of an outcome that still waits for its decision; one that has waited for ten minutes waits for ever
   */
  async join(tx: EntityManager, { workspace, id, endpointId }: Monitor): Promise<Date | null> {
    const [joined] = (await tx.query(
      `update outcome o set joined = true from decision d
        where o.endpoint_id = $1 and not o.joined and d.workspace = o.workspace and d.id = o.decision_id
       returning d.decided_at as "decidedAt"`,
      [endpointId],
    )) as [readonly { readonly decidedAt: Date }[], number];
    await this.stale.mark(tx, workspace, id, new Set(joined.map(({ decidedAt }) => dayOf(decidedAt))));
    const [row] = (await tx.query(
      `select min(known_at) as first from outcome where endpoint_id = $1 and not joined and reported_at > now() - interval '10 minutes'`,
      [endpointId],
    )) as readonly { readonly first: Date | null }[];
    await tx.query(`update monitor set awaits_decisions = $2 where id = $1 and awaits_decisions <> $2`, [
      id,
      row!.first !== null,
    ]);
    return row!.first;
  }

  /** What became of decisions; decisions that are not known here are left out. */
  results(workspace: string, ids: readonly string[]): Promise<readonly DecisionResult[]> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const rows = (await tx.query(
        `select d.id, d.endpoint_id as "endpointId", coalesce(v.act, d.act) as act, o.outcome, o.known_at as "outcomeKnownAt"
           from decision d
           left join decision_override v on v.workspace = d.workspace and v.decision_id = d.id
           left join lateral (
             select outcome, known_at from outcome where workspace = d.workspace and decision_id = d.id order by known_at desc limit 1) o on true
          where d.id = any($1)`,
        [ids],
      )) as readonly (Omit<DecisionResult, 'value'> & { readonly endpointId: string; readonly act: boolean })[];
      const monitors = await tx.find(monitorMapping);
      const contractOf = new Map(monitors.map(({ endpointId, contract }) => [endpointId, contract]));
      return rows.map(({ endpointId, act, ...row }) => {
        const contract = contractOf.get(endpointId);
        return { ...row, value: contract && row.outcome !== null ? payoffOf(contract.payoffs, act, row.outcome) : null };
      });
    });
  }
}
