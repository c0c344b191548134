import { Problem } from '#libs/problem';

/** Numbers of one feature, one per row; NaN is missing. */
export interface NumericColumn {
  readonly kind: 'numeric';
  readonly name: string;
  readonly values: Float32Array;
}

/** Texts of one feature by dictionary: row i has `levels[codes[i]]`; −1 is missing. */
export interface CategoryColumn {
  readonly kind: 'category';
  readonly name: string;
  readonly codes: Int32Array;
  readonly levels: readonly string[];
}
export type Column = NumericColumn | CategoryColumn;

/** Rows by column; every column holds `count` entries. */
export interface Rows {
  readonly count: number;
  readonly columns: readonly Column[];
}

/** Rows with a binary outcome each: 1 where the event happened, 0 where not. */
export interface LabelledRows extends Rows {
  readonly labels: Uint8Array;
}

/** A numeric column over the given values; they are not copied. */
export function numericColumn(name: string, values: Float32Array): NumericColumn {
  return { kind: 'numeric', name, values };
}

/** A category column from texts; null and undefined are missing. */
export function categoryColumn(name: string, texts: readonly (string | null | undefined)[]): CategoryColumn {
  const levels = new Map<string, number>();
  const codes = Int32Array.from(texts, (text) => {
    if (text === null || text === undefined) return -1;
    let code = levels.get(text);
    if (code === undefined) levels.set(text, (code = levels.size));
    return code;
  });
  return { kind: 'category', name, codes, levels: [...levels.keys()] };
}

export const ROW_LIMITS = { rows: 50_000_000, columns: 1_000, cells: 4_000_000_000, levels: 100_000 } as const;

/** @throws Problem naming the column where the rows cannot be what they claim */
export function checkRows(rows: Rows): void {
  const { count, columns } = rows;
  if (columns.length === 0) throw new Problem('invalid', 'boosting/no-columns', 'there is no feature column');
  if (count > ROW_LIMITS.rows || columns.length > ROW_LIMITS.columns || count * columns.length > ROW_LIMITS.cells) {
    throw new Problem(
      'too-large',
      'boosting/rows',
      `${count} rows of ${columns.length} columns are more than is trained in memory`,
      ROW_LIMITS,
    );
  }
  const names = new Set(columns.map((column) => column.name));
  if (names.size !== columns.length) throw new Problem('invalid', 'boosting/columns', 'two columns have the same name');
  for (const column of columns) checkColumn(column, count);
}

function checkColumn(column: Column, count: number): void {
  const length = column.kind === 'numeric' ? column.values.length : column.codes.length;
  if (length !== count) refuse(column, `has ${length} entries for ${count} rows`);
  if (column.kind === 'numeric') return;
  if (column.levels.length > ROW_LIMITS.levels) refuse(column, `has more than ${ROW_LIMITS.levels} levels`);
  // ONNX Runtime cuts a text at NUL, so that two levels would become one behind the exported model.
  if (column.levels.some((level) => level.includes('\0'))) refuse(column, 'has a level with a NUL character');
  for (const code of column.codes)
    if (code >= column.levels.length || code < -1) refuse(column, `has the code ${code} without a level`);
}

/** @throws Problem where the labels are not 0 and 1, one per row, with at least one of each */
export function checkLabels(rows: LabelledRows, both: boolean): void {
  if (rows.labels.length !== rows.count) {
    throw new Problem('invalid', 'boosting/labels', `${rows.labels.length} labels for ${rows.count} rows`);
  }
  let events = 0;
  for (const label of rows.labels) {
    if (label > 1) throw new Problem('invalid', 'boosting/labels', `a label is ${label}; labels are 0 or 1`);
    events += label;
  }
  if (both && (events === 0 || events === rows.count)) {
    throw new Problem('invalid', 'boosting/one-class', 'the rows hold only one of the two outcomes', {
      rows: rows.count,
      events,
    });
  }
}

function refuse(column: Column, what: string): never {
  throw new Problem('invalid', 'boosting/column', `the column '${column.name}' ${what}`, { column: column.name });
}
