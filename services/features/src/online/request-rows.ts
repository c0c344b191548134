import { Problem } from '#libs/problem';
import type { RequestColumn } from '../feature-service/feature-service.js';

/** A column of values for many rows; NaN and the empty text stand for a missing value. */
export type ValueColumn =
  | { readonly name: string; readonly kind: 'number'; readonly values: readonly number[] }
  | { readonly name: string; readonly kind: 'text'; readonly values: readonly string[] };

/** Rows as a caller asks them: its columns, and the moment of each row. */
export interface RequestRows {
  readonly columns: ReadonlyMap<string, ValueColumn>;
  /** Milliseconds since 1970 UTC. */
  readonly momentsMs: readonly number[];
}

/**
 * Checks what a caller brought against what the service asks for.
 * @throws Problem invalid `features/request-…`, too-large `features/too-many-rows`
 */
export function requestRows(
  asked: readonly RequestColumn[],
  brought: readonly ValueColumn[],
  momentsMs: readonly number[],
  maxRows: number,
): RequestRows {
  if (momentsMs.length > maxRows) {
    throw new Problem('too-large', 'features/too-many-rows', `at most ${maxRows} rows at once, not ${momentsMs.length}`, {
      maxRows,
    });
  }
  if (momentsMs.some((ms) => !Number.isSafeInteger(ms)))
    throw new Problem('invalid', 'features/request-moment', 'each row needs a moment');
  const columns = new Map(brought.map((column) => [column.name, column]));
  if (columns.size !== brought.length) throw new Problem('invalid', 'features/request-repeated', 'a column was brought twice');
  for (const { name, type } of asked) checkColumn(name, type, columns.get(name), momentsMs.length);
  const unknown = brought.find(({ name }) => !asked.some((column) => column.name === name));
  if (unknown) {
    throw new Problem('invalid', 'features/request-unknown', `${unknown.name} is not a request column`, {
      column: unknown.name,
      known: asked.map(({ name }) => name),
    });
  }
  return { columns, momentsMs };
}

function checkColumn(name: string, type: string, column: ValueColumn | undefined, rows: number): void {
  if (!column)
    throw new Problem('invalid', 'features/request-missing', `the request column ${name} is missing`, { column: name });
  if (column.kind !== type)
    throw new Problem('invalid', 'features/request-type', `${name} is a ${type}, not a ${column.kind}`, { column: name });
  if (column.values.length !== rows) {
    throw new Problem('invalid', 'features/request-length', `${name} has ${column.values.length} values for ${rows} moments`, {
      column: name,
    });
  }
}
