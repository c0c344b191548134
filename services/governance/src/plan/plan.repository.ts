import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { pageOf, withWorkspace, type Page, type PageRequest } from '#libs/database';
import type { Viewer } from '#libs/identity';
import { AuditTrail } from '#libs/storage';
import type { PlanItem } from './plan.js';
import { planItemMapping } from './plan.mapping.js';

@Injectable()
export class PlanRepository {
  constructor(
    private readonly db: DataSource,
    private readonly audit: AuditTrail,
  ) {}

  add(item: PlanItem, viewer: Viewer): Promise<PlanItem> {
    return withWorkspace(this.db, item.workspace, async (tx) => {
      await tx.insert(planItemMapping, { ...item });
      await this.audit.record(tx, { viewer, action: 'add-plan-item', subjectKind: 'plan-item', subjectId: item.id, after: item });
      return item;
    });
  }

  /** Closes what the evidence has come to prove; nobody ticks an item. */
  close(workspace: string, proven: ReadonlyMap<string, number>, now: Date): Promise<void> {
    return withWorkspace(this.db, workspace, async (tx) => {
      await tx.query(
        `update plan_item p set reached_on = ($1::timestamptz at time zone 'UTC')::date
         from unnest($2::text[], $3::int[]) as e(question, level)
         where p.question = e.question and p.to_level <= e.level and p.reached_on is null`,
        [now, [...proven.keys()], [...proven.values()]],
      );
    });
  }

  /** How many items of each question are closed. */
  closed(workspace: string): Promise<ReadonlyMap<string, number>> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const sql = 'select question, count(*)::int as n from plan_item where reached_on is not null group by question';
      const rows = (await tx.query(sql)) as readonly { readonly question: string; readonly n: number }[];
      return new Map(rows.map(({ question, n }) => [question, n]));
    });
  }

  page(workspace: string, page: PageRequest): Promise<Page<PlanItem>> {
    return withWorkspace(this.db, workspace, (tx) =>
      pageOf(tx.createQueryBuilder(planItemMapping, 'plan_item'), { keys: ['dueOn', 'id'], direction: 'ascending' }, page),
    );
  }
}
