import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { withWorkspace } from '#libs/database';
import type { Viewer } from '#libs/identity';
import { AuditTrail } from '#libs/storage';
import type { DayMeasure, Measure } from './evidence-level.js';
import type { DeclaredLevel } from './maturity.js';
import { declaredLevelMapping } from './maturity.mapping.js';

const HISTORY_DAYS = 200; // two periods of 90 days, and what stood at their start

interface HistoryRow extends DayMeasure {
  readonly question: string;
}

@Injectable()
export class MaturityRepository {
  constructor(
    private readonly db: DataSource,
    private readonly audit: AuditTrail,
  ) {}

  declare(workspace: string, levels: readonly DeclaredLevel[], viewer: Viewer): Promise<void> {
    return withWorkspace(this.db, workspace, async (tx) => {
      for (const level of levels) {
        await tx.insert(declaredLevelMapping, { ...level });
        await this.audit.record(tx, {
          viewer,
          action: 'declare-level',
          subjectKind: 'maturity-question',
          subjectId: level.question,
          reason: level.note,
          after: level,
        });
      }
    });
  }

  /** What is declared now: the newest of each question. */
  declared(workspace: string): Promise<readonly DeclaredLevel[]> {
    return withWorkspace(this.db, workspace, (tx) =>
      tx
        .createQueryBuilder(declaredLevelMapping, 'declared_level')
        .distinctOn(['declared_level.question'])
        .orderBy({ 'declared_level.question': 'ASC', 'declared_level.id': 'DESC' })
        .getMany(),
    );
  }

  /** Keeps today's measures, one row a question and day; a level that must hold for months rests on these rows. */
  keep(workspace: string, measures: readonly Measure[], now: Date): Promise<void> {
    return withWorkspace(this.db, workspace, async (tx) => {
      await tx.query(
        `insert into evidence_measure (workspace, question, day, met, observed, explanation, measured_at)
         select $1, m.question, ($2::timestamptz at time zone 'UTC')::date, m.met, m.observed, m.explanation, $2
         from unnest($3::text[], $4::int[], $5::int[], $6::text[]) as m(question, met, observed, explanation)
         on conflict (workspace, question, day) do update
           set met = excluded.met, observed = excluded.observed, explanation = excluded.explanation, measured_at = excluded.measured_at`,
        [
          workspace,
          now,
          measures.map(({ question }) => question),
          measures.map(({ met }) => met),
          measures.map(({ observed }) => observed),
          measures.map(({ explanation }) => explanation),
        ],
      );
    });
  }

  /** The measures of the days past, oldest first, by question. */
  history(workspace: string, now: Date): Promise<ReadonlyMap<string, readonly DayMeasure[]>> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const rows = (await tx.query(
        `select question, day::timestamp at time zone 'UTC' as day, met, observed from evidence_measure
         where day > ($1::timestamptz at time zone 'UTC')::date - ${HISTORY_DAYS} order by day`,
        [now],
      )) as readonly HistoryRow[];
      return Map.groupBy(rows, ({ question }) => question);
    });
  }

  /** The last measure kept of each question. */
  newest(workspace: string): Promise<readonly Measure[]> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const newest = `select distinct on (question) question, met, observed, explanation from evidence_measure order by question, day desc`;
      return (await tx.query(newest)) as readonly Measure[];
    });
  }

  measuredToday(workspace: string, now: Date): Promise<boolean> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const today = `select 1 from evidence_measure where day = ($1::timestamptz at time zone 'UTC')::date limit 1`;
      return ((await tx.query(today, [now])) as readonly unknown[]).length > 0;
    });
  }
}
