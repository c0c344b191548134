import { Injectable } from '@nestjs/common';
import { DataSource, In, type EntityManager } from 'typeorm';
import { pageOf, withWorkspace, type Page, type PageRequest } from '#libs/database';
import { Outbox } from '#libs/events';
import type { Decision, DecisionLayout } from './decision.js';
import type { DecisionBatch } from './decision-batch.js';
import { decisionLayoutMapping, decisionMapping } from './decision.mapping.js';
import { madeToRecords } from './decision.proto.js';

/** A batch with the place behind it in the spool of its process. */
export interface PlacedBatch {
  readonly position: number;
  readonly batch: DecisionBatch;
}

/** Decisions of an endpoint whose moment lies in [from, to). */
export interface DecisionRange {
  readonly endpointId: string;
  readonly from?: Date | null | undefined;
  readonly to?: Date | null | undefined;
}

@Injectable()
export class DecisionRepository {
  constructor(
    private readonly db: DataSource,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Brings batches of one workspace from a spool into the tables, with their events, and notes how far it came, in one transaction:
   * whatever is interrupted is brought again, and what was brought already is passed over.
   */
  store(workspace: string, spoolId: string, placed: readonly PlacedBatch[]): Promise<void> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const reached = await reachedPosition(tx, workspace, spoolId);
      const batches = placed.filter(({ position }) => position > reached).map(({ batch }) => batch);
      if (batches.length === 0) return;
      await this.insertLayouts(tx, workspace, batches);
      const fresh = await this.insert(
        tx,
        workspace,
        batches.flatMap(({ decisions }) => decisions),
      );
      const once = batches.map((batch) => ({ ...batch, decisions: batch.decisions.filter(({ id }) => fresh.delete(id)) }));
      await this.outbox.append(tx, ...madeToRecords(once));
      await tx.query(
        `insert into spool_position (workspace, spool_id, position) values ($1, $2, $3)
         on conflict (workspace, spool_id) do update set position = excluded.position`,
        [workspace, spoolId, placed.at(-1)!.position],
      );
    });
  }

  private async insertLayouts(tx: EntityManager, workspace: string, batches: readonly DecisionBatch[]): Promise<void> {
    const layouts = [...new Map(batches.map(({ layout }) => [layout.id, layout])).values()];
    await tx.query(
      `insert into decision_layout (workspace, id, request, features)
       select $1, t.id, t.request, t.features from unnest($2::text[], $3::json[], $4::json[]) as t(id, request, features) on conflict do nothing`,
      [
        workspace,
        layouts.map(({ id }) => id),
        layouts.map(({ request }) => JSON.stringify(request)),
        layouts.map(({ features }) => JSON.stringify(features)),
      ],
    );
  }

  /** @returns the ids that were not there: a repeated request, or another replica, may have brought the same decision before */
  private async insert(tx: EntityManager, workspace: string, rows: readonly Decision[]): Promise<Set<string>> {
    const inserted = (await tx.query(
      `insert into decision (workspace, id, endpoint_id, version_id, arm, decided_at, row_key, probability, threshold, proposed_act, baseline_act,
                             layout_id, request, features)
       select $1, t.* from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::float8[], $9::float8[],
                                  $10::boolean[], $11::boolean[], $12::text[], $13::json[], $14::json[]) as t
       on conflict do nothing returning id`,
      [
        workspace,
        rows.map(({ id }) => id),
        rows.map(({ endpointId }) => endpointId),
        rows.map(({ versionId }) => versionId),
        rows.map(({ arm }) => arm),
        rows.map(({ decidedAt }) => decidedAt.toISOString()),
        rows.map(({ rowKey }) => rowKey),
        rows.map(({ probability }) => probability),
        rows.map(({ threshold }) => threshold),
        rows.map(({ proposedAct }) => proposedAct),
        rows.map(({ baselineAct }) => baselineAct),
        rows.map(({ layoutId }) => layoutId),
        rows.map(({ request }) => JSON.stringify(request)),
        rows.map(({ features }) => JSON.stringify(features)),
      ],
    )) as readonly { readonly id: string }[];
    return new Set(inserted.map(({ id }) => id));
  }

  findAll(workspace: string, ids: readonly string[]): Promise<readonly Decision[]> {
    return withWorkspace(this.db, workspace, (tx) => tx.findBy(decisionMapping, { id: In([...ids]) }));
  }

  layouts(workspace: string, ids: readonly string[]): Promise<readonly DecisionLayout[]> {
    return withWorkspace(this.db, workspace, (tx) => tx.findBy(decisionLayoutMapping, { id: In([...ids]) }));
  }

  list(workspace: string, { endpointId, from, to }: DecisionRange, page: PageRequest): Promise<Page<Decision>> {
    return withWorkspace(this.db, workspace, (tx) => {
      const query = tx.createQueryBuilder(decisionMapping, 'decision').where('decision.endpointId = :endpointId', { endpointId });
      if (from) query.andWhere('decision.decidedAt >= :from', { from });
      if (to) query.andWhere('decision.decidedAt < :to', { to });
      return pageOf(query, { keys: ['decidedAt', 'id'], direction: 'ascending' }, page);
    });
  }
}

/** Locked, so that two who ship the same spool (a process that has not quite ended, and its successor) take turns. */
async function reachedPosition(tx: EntityManager, workspace: string, spoolId: string): Promise<number> {
  await tx.query(`insert into spool_position (workspace, spool_id, position) values ($1, $2, 0) on conflict do nothing`, [
    workspace,
    spoolId,
  ]);
  const [row] = (await tx.query(`select position from spool_position where spool_id = $1 for update`, [spoolId])) as readonly {
    readonly position: string;
  }[];
  return Number(row!.position);
}
