import { Problem } from '#libs/problem';
import type { FeatureService, ValueColumn } from '../feature-service/feature-service.js';

/** Rows to decide, checked. */
export interface DecisionRequest {
  /** The caller's name for this request: the same id and row again is the same decision. Empty where the caller gave none. */
  readonly requestId: string;
  readonly columns: readonly ValueColumn[];
  readonly rowKeys: readonly string[];
  /** Milliseconds since 1970 UTC. */
  readonly momentsMs: readonly number[];
  /** Whether the caller stated the moments; else they are the time of the call, which a repetition does not have. */
  readonly momentsStated: boolean;
}

/** What a caller brought: its columns, and the column `as_of` where it stated moments. */
export interface BroughtRows {
  readonly requestId: string;
  readonly columns: readonly ValueColumn[];
  readonly asOfMs: readonly number[] | undefined;
}

export const MAX_ROWS = 1_000;
const LONGEST_TEXT = 1_000;
const LONGEST_REQUEST_ID = 200;
/** The end of the year 9999: later moments have no common notation. */
const LATEST_MS = 253_402_300_799_999;

function refuse(
  slug:
    'missing-column' | 'unknown-column' | 'column-type' | 'column-length' | 'row-key' | 'as-of' | 'request-id' | 'text-length',
  detail: string,
  column?: string,
): Problem {
  return new Problem('invalid', `serving/${slug}`, detail, column === undefined ? {} : { column });
}

/**
 * Checks what a caller brought against what the endpoint asks for, before anything is read or run.
 * @throws Problem invalid `serving/missing-column`, `serving/unknown-column`, `serving/column-type`, `serving/column-length`,
 *   `serving/text-length`, `serving/row-key`, `serving/as-of`, `serving/request-id`; too-large `serving/too-many-rows`
 */
export function decisionRequest(
  service: FeatureService,
  { requestId, columns, asOfMs }: BroughtRows,
  nowMs: number,
): DecisionRequest {
  if (requestId.length > LONGEST_REQUEST_ID)
    throw refuse('request-id', `a request id has at most ${LONGEST_REQUEST_ID} characters`);
  const names = service.requestColumns.map(({ name }) => name);
  const unknown = columns.find(({ name }) => !names.includes(name));
  if (unknown)
    throw new Problem('invalid', 'serving/unknown-column', `the endpoint asks for no column '${unknown.name.slice(0, 100)}'`, {
      column: unknown.name.slice(0, 100),
      known: names,
    });
  const ordered = service.requestColumns.map(({ name, type }) => {
    const found = columns.filter((column) => column.name === name);
    if (found.length !== 1)
      throw refuse(
        'missing-column',
        found.length === 0 ? `the column '${name}' is missing` : `the column '${name}' is given twice`,
        name,
      );
    if (found[0]!.kind !== type) throw refuse('column-type', `the column '${name}' is a ${type}, not a ${found[0]!.kind}`, name);
    return found[0]!;
  });
  const rows = ordered[0]?.values.length ?? 0;
  checkLengths(ordered, rows);
  return {
    requestId,
    columns: ordered,
    rowKeys: rowKeysOf(ordered, service.rowKey),
    momentsMs: momentsOf(asOfMs, rows, nowMs),
    momentsStated: asOfMs !== undefined,
  };
}

function checkLengths(columns: readonly ValueColumn[], rows: number): void {
  if (rows === 0) throw refuse('column-length', 'a request has at least one row');
  if (rows > MAX_ROWS)
    throw new Problem('too-large', 'serving/too-many-rows', `a request has at most ${MAX_ROWS} rows`, {
      rows,
      maxRows: MAX_ROWS,
    });
  for (const { name, kind, values } of columns) {
    if (values.length !== rows)
      throw refuse('column-length', `the column '${name}' has ${values.length} values for ${rows} rows`, name);
    if (kind === 'text' && values.some((text) => text.length > LONGEST_TEXT))
      throw refuse('text-length', `a text of '${name}' has more than ${LONGEST_TEXT} characters`, name);
  }
}

function rowKeysOf(columns: readonly ValueColumn[], rowKey: string): readonly string[] {
  const keys = columns.find(({ name }) => name === rowKey)!.values.map(String);
  if (keys.some((key) => key === '' || key === 'NaN'))
    throw refuse('row-key', `every row needs its '${rowKey}': it is routed by it and found again by it`, rowKey);
  return keys;
}

function momentsOf(asOfMs: readonly number[] | undefined, rows: number, nowMs: number): readonly number[] {
  if (asOfMs === undefined) return new Array<number>(rows).fill(nowMs);
  if (asOfMs.length !== rows) throw refuse('as-of', `as_of has ${asOfMs.length} moments for ${rows} rows`, 'as_of');
  if (asOfMs.some((ms) => !Number.isSafeInteger(ms) || ms < 0 || ms > LATEST_MS))
    throw refuse('as-of', 'as_of holds milliseconds since 1970', 'as_of');
  return asOfMs;
}

/** The moments and columns of some of the rows, in the order given. */
export function rowsAt(columns: readonly ValueColumn[], places: readonly number[]): readonly ValueColumn[] {
  return columns.map((column) =>
    column.kind === 'number'
      ? { ...column, values: places.map((place) => column.values[place]!) }
      : { ...column, values: places.map((place) => column.values[place]!) },
  );
}
