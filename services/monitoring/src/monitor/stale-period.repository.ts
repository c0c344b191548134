import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { isoDate, monthOf, windowOf, type EventDay } from './event-day.js';

export type PeriodKind = 'window' | 'month';
export interface StalePeriod {
  readonly kind: PeriodKind;
  readonly start: EventDay;
}

/**
 * Which windows and months are older than what they rest on. A mark locks its row, so an evaluation that takes the mark away while
 * another transaction adds to the period either sees the addition or finds the mark again.
 */
@Injectable()
export class StalePeriodRepository {
  async mark(tx: EntityManager, workspace: string, monitorId: string, days: Iterable<EventDay>): Promise<void> {
    const periods = new Set<string>();
    for (const day of days) periods.add(`month ${isoDate(monthOf(day))}`).add(`window ${isoDate(windowOf(day))}`);
    const sorted = [...periods].sort(); // one order of locks in every transaction
    if (sorted.length === 0) return;
    await tx.query(
      `insert into stale_period (workspace, monitor_id, kind, starts_on, marked_at)
       select $1, $2, split_part(p, ' ', 1), split_part(p, ' ', 2)::date, now() from unnest($3::text[]) with ordinality as t(p, place) order by place
       on conflict (workspace, monitor_id, kind, starts_on) do update set marked_at = excluded.marked_at`,
      [workspace, monitorId, sorted],
    );
  }

  /** Takes the mark of the oldest stale period that begins before `until`; undefined where none is left. */
  async take(tx: EntityManager, monitorId: string, until: Date): Promise<StalePeriod | undefined> {
    const [rows] = (await tx.query(
      `delete from stale_period where (workspace, monitor_id, kind, starts_on) in
         (select workspace, monitor_id, kind, starts_on from stale_period
           where monitor_id = $1 and starts_on < $2 order by starts_on, kind limit 1)
       returning kind, extract(epoch from starts_on)::bigint / 86400 as start`,
      [monitorId, until],
    )) as [readonly { readonly kind: PeriodKind; readonly start: string }[], number];
    return rows[0] && { kind: rows[0].kind, start: Number(rows[0].start) };
  }
}
