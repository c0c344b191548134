import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { columnOf, identifier, type Column, type SqlEngine } from '#libs/sql';
import { dayOf } from '../monitor/event-day.js';
import { SQL } from '../tokens.js';
import { referenceOf, type FeatureReference } from '../window/feature-reference.js';
import type { FeatureColumn } from '../window/vector-columns.js';

/** Columns read at a time, so that a wide training set does not lie in memory whole. */
const COLUMNS_AT_ONCE = 8;
const MOST_ROWS = 2_000_000;
/** The moment of each row in every training set. */
const MOMENT = 'moment';

/** Sketches a training set: the reference that a version's features are compared with. */
@Injectable()
export class TrainingSetReader implements OnModuleDestroy {
  constructor(@Inject(SQL) private readonly sql: SqlEngine) {}

  async reference(
    workspace: string,
    objects: readonly string[],
    features: readonly string[],
  ): Promise<readonly FeatureReference[]> {
    const references: FeatureReference[] = [];
    for (let start = 0; start < features.length; start += COLUMNS_AT_ONCE) {
      references.push(...(await this.part(workspace, objects, features.slice(start, start + COLUMNS_AT_ONCE))));
    }
    return references;
  }

  private async part(
    workspace: string,
    objects: readonly string[],
    features: readonly string[],
  ): Promise<readonly FeatureReference[]> {
    const names = [MOMENT, ...features].map(identifier).join(', ');
    const tables = { training: { workspace, objects } };
    const result = await this.sql.columns({ sql: `select ${names} from training`, tables, maxRows: MOST_ROWS });
    const days = Array.from(columnOf(result, MOMENT).values, (ms) => dayOf(new Date(ms)));
    return referenceOf({ days, columns: features.map((name) => featureColumn(name, columnOf(result, name))) });
  }

  onModuleDestroy(): Promise<void> {
    return this.sql.close();
  }
}

function featureColumn(name: string, column: Column): FeatureColumn {
  const missing = (row: number): boolean => column.valid?.[row] === 0;
  if (column.kind === 'string') {
    return { name, kind: 'texts', values: Array.from(column.values, (at, row) => (missing(row) ? '' : column.dictionary[at]!)) };
  }
  return { name, kind: 'numbers', values: Float64Array.from(column.values, (value, row) => (missing(row) ? NaN : value)) };
}
