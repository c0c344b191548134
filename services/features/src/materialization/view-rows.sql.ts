import { identifier } from '#libs/sql';
import { keptColumns, measuredColumns, type FeatureView } from '../feature-view/feature-view.js';

/** The name of the source's table in the statement, and of the column with each row's position. */
export const SOURCE = 'source';
export const POSITION = 'row_position';

/**
 * A view's rows as its timelines need them: k0… (keys), known, event (of latest views), v0… (values), sorted so that each entity's
 * rows stand together, by known time, event time and position.
 */
export function viewRowsSelect(view: FeatureView): string {
  const keys = view.keyColumns.map((column, i) => `${identifier(column)} AS k${i}`);
  const known = `CAST(${identifier(view.knownTimeColumn)} AS TIMESTAMPTZ) AS known`;
  const event = view.kind === 'latest' ? [`CAST(${identifier(view.eventTimeColumn)} AS TIMESTAMPTZ) AS event`] : [];
  const values = valueColumns(view).map((value, i) => `${value} AS v${i}`);
  const present = [
    ...view.keyColumns.map((_, i) => `k${i} IS NOT NULL`),
    'known IS NOT NULL',
    ...event.map(() => 'event IS NOT NULL'),
  ];
  const order = [...view.keyColumns.map((_, i) => `k${i}`), wholeMs('known'), ...event.map(() => wholeMs('event')), POSITION];
  const rows = `SELECT ${[...keys, known, ...event, ...values, POSITION].join(', ')} FROM ${SOURCE}`;
  return `SELECT * EXCLUDE (${POSITION}) FROM (${rows}) WHERE ${present.join(' AND ')} ORDER BY ${order.join(', ')}`;
}

/** Times count in whole milliseconds, rounded up; of rows within one millisecond the later event counts. */
function wholeMs(column: string): string {
  return `ceil(epoch_us(${column}) / 1000)`;
}

function valueColumns(view: FeatureView): readonly string[] {
  if (view.kind === 'window') return measuredColumns(view).map((column) => `CAST(${identifier(column)} AS DOUBLE)`);
  return keptColumns(view).map(
    ({ column, type }) => `CAST(${identifier(column)} AS ${type === 'number' ? 'DOUBLE' : 'VARCHAR'})`,
  );
}
