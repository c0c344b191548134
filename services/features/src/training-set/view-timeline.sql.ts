import { quoteIdentifier as quoted } from '#libs/expression';
import {
  keptColumns,
  measuredColumns,
  type FeatureType,
  type FeatureView,
  type LatestView,
  type WindowView,
} from '../feature-view/feature-view.js';

/** The grid of each summed column. */
export type FractionBits = Readonly<Record<string, number>>;

export interface TimelineQuestion {
  /** The table of the view's source; it has the position of each row as `row_position`. */
  readonly table: string;
  /** What the statement calls this timeline. */
  readonly name: string;
  readonly view: FeatureView;
  readonly fractionBits: FractionBits;
  readonly knownUntilMs: number | null;
}

/** The column that tells rows of a source apart which agree in key and times: the later one counts. */
export const ROW_POSITION = 'row_position';

/** A key as text, whatever its type: whole numbers without a point; null where there is none. */
export function textKey(expression: string, type: FeatureType): string {
  if (type === 'text') return `nullif(CAST(${expression} AS VARCHAR), '')`;
  const value = `CAST(${expression} AS DOUBLE)`;
  return `CASE WHEN ${value} = floor(${value}) AND abs(${value}) < 9007199254740992 THEN CAST(CAST(${value} AS BIGINT) AS VARCHAR) END`;
}

/** An instant in whole milliseconds; a known time is rounded up, so that nothing is seen early. */
export function millisecondsUp(expression: string): string {
  const instant = `CAST(${expression} AS TIMESTAMPTZ)`;
  return `(epoch_ms(${instant}) + CAST(epoch_us(${instant}) % 1000 > 0 AS BIGINT))`;
}

/** A moment in whole milliseconds, rounded down for the same reason. */
export function millisecondsDown(expression: string): string {
  const instant = `CAST(${expression} AS TIMESTAMPTZ)`;
  return `(epoch_ms(${instant}) - CAST(epoch_us(${instant}) % 1000 < 0 AS BIGINT))`;
}

/** A number that is one, or null. */
export function finiteNumber(expression: string): string {
  const value = `CAST(${expression} AS DOUBLE)`;
  return `CASE WHEN isfinite(${value}) THEN ${value} END`;
}

/** CTEs that end in one of the question's name: k0…, known_ms, and what was visible from then on. */
export function timelineOf(question: TimelineQuestion, keyTypes: readonly FeatureType[]): readonly string[] {
  const { view } = question;
  return view.kind === 'latest' ? latestTimeline(question, view, keyTypes) : windowTimeline(question, view, keyTypes);
}

function rowsOf(
  { table, view, knownUntilMs }: TimelineQuestion,
  values: readonly string[],
  keyTypes: readonly FeatureType[],
): string {
  const keys = view.keyColumns.map((column, i) => `${textKey(quoted(column), keyTypes[i]!)} AS k${i}`);
  const known = `${millisecondsUp(quoted(view.knownTimeColumn))} AS known_ms`;
  const conditions = [
    ...view.keyColumns.map((_, i) => `k${i} IS NOT NULL`),
    'known_ms <= (SELECT max(moment_ms) FROM request_rows)',
    ...tooOld(view),
  ];
  if (knownUntilMs !== null) conditions.push(`known_ms <= ${knownUntilMs}`);
  return `SELECT * FROM (SELECT ${[...keys, known, ...values].join(', ')} FROM ${table}) WHERE ${conditions.join(' AND ')}`;
}

/** Rows that no moment asked for can see any more need not be read: windows are differences, so where a running sum begins is all one. */
function tooOld(view: FeatureView): readonly string[] {
  const first = '(SELECT min(moment_ms) FROM request_rows)';
  if (view.kind === 'window') return [`known_ms > ${first} - ${Math.max(...view.features.map(({ windowMs }) => windowMs))}`];
  return view.maxAgeMs === null ? [] : [`event_ms >= ${first} - ${view.maxAgeMs}`];
}

const keyList = ({ view }: TimelineQuestion): string => view.keyColumns.map((_, i) => `k${i}`).join(', ');

/** Rows that are ever the newest known one: at each known time the latest event, and none about an older event than seen before. */
function latestTimeline(question: TimelineQuestion, view: LatestView, keyTypes: readonly FeatureType[]): readonly string[] {
  const { name } = question;
  const values = keptColumns(view).map(({ column, type }) => {
    const value = type === 'number' ? finiteNumber(quoted(column)) : `nullif(CAST(${quoted(column)} AS VARCHAR), '')`;
    return `${value} AS ${quoted(`v_${column}`)}`;
  });
  const event = `${millisecondsUp(quoted(view.eventTimeColumn))} AS event_ms`;
  const keys = keyList(question);
  return [
    `${name}_known AS (SELECT * FROM (${rowsOf(question, [event, ROW_POSITION, ...values], keyTypes)}) WHERE event_ms IS NOT NULL
      QUALIFY row_number() OVER (PARTITION BY ${keys}, known_ms ORDER BY event_ms DESC, ${ROW_POSITION} DESC) = 1)`,
    `${name} AS (SELECT * FROM ${name}_known
      QUALIFY event_ms >= coalesce(max(event_ms) OVER (PARTITION BY ${keys} ORDER BY known_ms ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), event_ms))`,
  ];
}

/** Running counts and sums; a trailing window is the difference of two of them. Sums are of whole units, hence exact. */
function windowTimeline(question: TimelineQuestion, view: WindowView, keyTypes: readonly FeatureType[]): readonly string[] {
  const { name, fractionBits } = question;
  const measures = measuredColumns(view);
  const values = measures.map((column) => `${finiteNumber(quoted(column))} AS ${quoted(`v_${column}`)}`);
  const units = (column: string): string =>
    `CAST(floor(${quoted(`v_${column}`)} * ${2 ** (fractionBits[column] ?? 0)} + 0.5) AS BIGINT)`;
  const totals: [name: string, perMoment: string][] = measures.flatMap((column) => [
    [`n_${column}`, `count(${quoted(`v_${column}`)})`],
    [`s_${column}`, `sum(${units(column)})`],
  ]);
  if (view.features.some(({ column }) => column === null)) totals.push(['n', 'count(*)']);
  const keys = keyList(question);
  const perMoment = totals.map(([total, sql]) => `${sql} AS ${quoted(total)}`);
  const running = totals.map(([total]) => `sum(${quoted(total)}) OVER past AS ${quoted(total)}`);
  return [
    `${name}_known AS (SELECT ${[keys, 'known_ms', ...perMoment].join(', ')}
      FROM (${rowsOf(question, values, keyTypes)}) GROUP BY ${keys}, known_ms)`,
    `${name} AS (SELECT ${[keys, 'known_ms', ...running].join(', ')} FROM ${name}_known
      WINDOW past AS (PARTITION BY ${keys} ORDER BY known_ms ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))`,
  ];
}
