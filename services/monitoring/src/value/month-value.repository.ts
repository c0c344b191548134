import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { withWorkspace } from '#libs/database';
import { Outbox } from '#libs/events';
import { money } from '#libs/value';
import { DecisionRepository } from '../decision/decision.repository.js';
import { isoDate, monthAfter, startOf, type EventDay } from '../monitor/event-day.js';
import type { Monitor, PricedMonitor } from '../monitor/monitor.js';
import { monthValues, type LedgerArm, type MonthValue } from './month-value.js';
import { valueToRecord } from './month-value.proto.js';

/** A month's row as the graph shows it. */
export interface LedgerRow extends MonthValue {
  /** First day, ISO 8601. */
  readonly month: string;
}

interface StoredRow {
  readonly month: string;
  readonly versionId: string;
  readonly arm: LedgerArm;
  readonly decisions: number;
  readonly labelled: number;
  readonly value: string;
  readonly missed: string;
  readonly currency: string;
}

@Injectable()
export class MonthValueRepository {
  constructor(
    private readonly db: DataSource,
    private readonly outbox: Outbox,
    private readonly decisions: DecisionRepository,
  ) {}

  /** Values a month anew and publishes the rows that changed: a later message replaces an earlier one. */
  async refresh(tx: EntityManager, monitor: PricedMonitor, month: EventDay): Promise<void> {
    const testedUntil = monitor.testedUntil ?? startOf(month);
    const end = startOf(monthAfter(month));
    const range = { endpointId: monitor.endpointId, from: startOf(month), to: end < testedUntil ? end : testedUntil };
    const rows = monthValues(await this.decisions.judged(tx, range), monitor.contract.payoffs, monitor.baselineVersionId);
    const changed = await this.replace(tx, monitor, month, rows);
    const knownUntil = monitor.completeUntil ?? testedUntil;
    await this.outbox.append(tx, ...changed.map((row) => valueToRecord(monitor, month, row, knownUntil)));
  }

  private async replace(
    tx: EntityManager,
    { workspace, id }: Monitor,
    month: EventDay,
    rows: readonly MonthValue[],
  ): Promise<readonly MonthValue[]> {
    const stored = (await tx.query(
      `insert into month_value (workspace, monitor_id, month, version_id, arm, decisions, labelled, value_minor_units, missed_minor_units, currency)
       select $1, $2, $3, t.* from unnest($4::text[], $5::text[], $6::int[], $7::int[], $8::bigint[], $9::bigint[], $10::text[]) as t
       on conflict (workspace, monitor_id, month, version_id, arm) do update
         set decisions = excluded.decisions, labelled = excluded.labelled, value_minor_units = excluded.value_minor_units,
             missed_minor_units = excluded.missed_minor_units, currency = excluded.currency
       where (month_value.decisions, month_value.labelled, month_value.value_minor_units, month_value.missed_minor_units, month_value.currency)
          is distinct from (excluded.decisions, excluded.labelled, excluded.value_minor_units, excluded.missed_minor_units, excluded.currency)
       returning version_id as "versionId", arm`,
      [
        workspace,
        id,
        isoDate(month),
        rows.map(({ versionId }) => versionId),
        rows.map(({ arm }) => arm),
        rows.map(({ decisions }) => decisions),
        rows.map(({ labelled }) => labelled),
        rows.map(({ value }) => String(value.minorUnits)),
        rows.map(({ missed }) => String(missed.minorUnits)),
        rows.map(({ value }) => value.currency),
      ],
    )) as readonly { readonly versionId: string; readonly arm: string }[];
    const keys = new Set(stored.map(({ versionId, arm }) => `${versionId} ${arm}`));
    return rows.filter(({ versionId, arm }) => keys.has(`${versionId} ${arm}`));
  }

  /** All months, oldest first. */
  async list(workspace: string, monitorId: string): Promise<readonly LedgerRow[]> {
    const rows = (await withWorkspace(this.db, workspace, (tx) =>
      tx.query(
        `select to_char(month, 'YYYY-MM-DD') as month, version_id as "versionId", arm, decisions, labelled, value_minor_units as value,
                missed_minor_units as missed, currency from month_value where monitor_id = $1 order by month_value.month, arm, version_id`,
        [monitorId],
      ),
    )) as readonly StoredRow[];
    return rows.map(({ value, missed, currency, ...row }) => ({
      ...row,
      value: money(BigInt(value), currency),
      missed: money(BigInt(missed), currency),
    }));
  }
}
