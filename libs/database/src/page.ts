import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { Problem } from '#libs/problem';
import { databaseProblem } from './database-problem.js';

export const DEFAULT_PAGE_SIZE = 50;
export const MAX_PAGE_SIZE = 1_000;

/** The forward arguments of a Relay connection, as the graph hands them over. */
export interface PageRequest {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

/** The order of a list: properties of the row, all in one direction. The last one is unique, else rows between equals are lost. */
export interface PageOrder<Row> {
  readonly keys: readonly (keyof Row & string)[];
  readonly direction: 'ascending' | 'descending';
}

/** A Relay connection (https://relay.dev/graphql/connections.htm), forward only. */
export interface Page<Row> {
  readonly edges: readonly { readonly cursor: string; readonly node: Row }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

type KeyValue = string | number | boolean;

/**
 * Reads one page behind the cursor by comparing keys, so the cost of a page does not grow with its distance from the start and no
 * row is skipped or shown twice while others are inserted. Keys of type timestamp need a `timestamptz(3)` column: a cursor carries
 * milliseconds, as records do.
 * @param query selects the list without order or limit, inside its workspace's transaction
 * @throws Problem invalid `page/first` or `page/cursor`
 */
export async function pageOf<Row extends ObjectLiteral>(
  query: SelectQueryBuilder<Row>,
  order: PageOrder<Row>,
  request: PageRequest,
): Promise<Page<Row>> {
  const size = pageSize(request.first);
  const after = request.after ? decodeCursor(request.after, order) : undefined;
  const rows = await behind(query, order, after)
    .take(size + 1)
    .getMany()
    .catch((error: unknown) => {
      throw after && isForeignValue(error) ? badCursor() : databaseProblem(error);
    });
  const edges = rows.slice(0, size).map((node) => ({ cursor: encodeCursor(node, order), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > size,
      hasPreviousPage: after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** @throws Problem invalid `page/first` outside 0…1000 */
export function pageSize(first: number | null | undefined): number {
  const size = first ?? DEFAULT_PAGE_SIZE;
  if (Number.isInteger(size) && size >= 0 && size <= MAX_PAGE_SIZE) return size;
  throw new Problem('invalid', 'page/first', `first must be a whole number from 0 to ${MAX_PAGE_SIZE}`, {
    maximum: MAX_PAGE_SIZE,
  });
}

function behind<Row extends ObjectLiteral>(
  query: SelectQueryBuilder<Row>,
  { keys, direction }: PageOrder<Row>,
  after: readonly KeyValue[] | undefined,
): SelectQueryBuilder<Row> {
  const columns = keys.map((key) => `${query.alias}.${key}`);
  if (after) {
    const parameters = Object.fromEntries(after.map((value, i) => [`page_${i}`, value]));
    const comparison = direction === 'ascending' ? '>' : '<';
    query.andWhere(`(${columns.join(', ')}) ${comparison} (${after.map((_, i) => `:page_${i}`).join(', ')})`, parameters);
  }
  for (const column of columns) query.addOrderBy(column, direction === 'ascending' ? 'ASC' : 'DESC');
  return query;
}

function encodeCursor<Row extends ObjectLiteral>(row: Row, order: PageOrder<Row>): string {
  const values = order.keys.map((key) => row[key] as KeyValue | Date);
  return Buffer.from(JSON.stringify([signature(order), ...values])).toString('base64url');
}

function decodeCursor<Row>(cursor: string, order: PageOrder<Row>): readonly KeyValue[] {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw badCursor();
  }
  if (!Array.isArray(parts) || parts.length !== order.keys.length + 1) throw badCursor();
  const [of, ...values] = parts as unknown[];
  if (of !== signature(order) || !values.every(isKeyValue)) throw badCursor();
  return values;
}

/** A cursor of one list means nothing in another. */
function signature<Row>({ keys, direction }: PageOrder<Row>): string {
  return `${direction === 'ascending' ? '+' : '-'}${keys.join(',')}`;
}

function isKeyValue(value: unknown): value is KeyValue {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** The cursor was well formed but its values do not fit the columns (SQLSTATE class 22). */
function isForeignValue(error: unknown): boolean {
  return String((error as { driverError?: { code?: string } }).driverError?.code ?? '').startsWith('22');
}

function badCursor(): Problem {
  return new Problem('invalid', 'page/cursor', 'the cursor is not one that this list gave out');
}
