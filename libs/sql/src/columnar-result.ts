import { Problem } from '#libs/problem';

interface ColumnCommon {
  readonly name: string;
  /** The SQL type before it was packed. */
  readonly type: string;
  readonly nullCount: number;
  /** 1 where a value stands, 0 where SQL said NULL; null when no value is missing. */
  readonly valid: Uint8Array | null;
}

/** 32-bit floats; NaN where `valid` is 0, and also where the value itself is NaN. */
export interface Float32Column extends ColumnCommon {
  readonly kind: 'float32';
  readonly values: Float32Array;
}
/** DOUBLE, DECIMAL and integers beyond 32 bits (exact up to 2^53); NaN where `valid` is 0. */
export interface Float64Column extends ColumnCommon {
  readonly kind: 'float64';
  readonly values: Float64Array;
}
/** Integers of at most 32 bits; 0 where `valid` is 0. */
export interface Int32Column extends ColumnCommon {
  readonly kind: 'int32';
  readonly values: Int32Array;
}
/** 0 or 1; 0 where `valid` is 0. */
export interface BooleanColumn extends ColumnCommon {
  readonly kind: 'boolean';
  readonly values: Uint8Array;
}
/** Milliseconds since 1970 UTC, microseconds as their fraction; NaN where `valid` is 0. */
export interface TimestampColumn extends ColumnCommon {
  readonly kind: 'timestamp' | 'date';
  readonly values: Float64Array;
}
/** Positions in a sorted dictionary, -1 where `valid` is 0. Nested values are JSON text. */
export interface StringColumn extends ColumnCommon {
  readonly kind: 'string';
  readonly values: Int32Array;
  readonly dictionary: readonly string[];
}
export type Column = Float32Column | Float64Column | Int32Column | BooleanColumn | TimestampColumn | StringColumn;
export type ColumnKind = Column['kind'];
export type NumberColumn = Float32Column | Float64Column | Int32Column;

/** A result column by column. */
export interface ColumnarResult {
  readonly rowCount: number;
  /** True when rows beyond the limit were cut off. */
  readonly truncated: boolean;
  readonly columns: readonly Column[];
}

/** A value as JSON knows it; instants are ISO 8601 in UTC, dates `YYYY-MM-DD`. */
export type Cell = string | number | boolean | null;

/** The column of this name; `sql/no-such-column` otherwise. */
export function columnOf(result: ColumnarResult, name: string): Column {
  const column = result.columns.find((candidate) => candidate.name === name);
  if (!column) throw new Problem('invalid', 'sql/no-such-column', `the result has no column ${name}`, { column: name });
  return column;
}

/** The column of this name, which must hold numbers; `sql/column-type` otherwise. */
export function numbersOf(result: ColumnarResult, name: string): NumberColumn {
  const column = columnOf(result, name);
  if (column.kind === 'float32' || column.kind === 'float64' || column.kind === 'int32') return column;
  throw new Problem('invalid', 'sql/column-type', `column ${name} is ${column.kind}, not a number`, {
    column: name,
    kind: column.kind,
  });
}

/** The column of this name, which must hold texts; `sql/column-type` otherwise. */
export function stringsOf(result: ColumnarResult, name: string): StringColumn {
  const column = columnOf(result, name);
  if (column.kind === 'string') return column;
  throw new Problem('invalid', 'sql/column-type', `column ${name} is ${column.kind}, not text`, {
    column: name,
    kind: column.kind,
  });
}

/** The value in one row, null where SQL said NULL; a number that JSON cannot carry (NaN, infinite) is null too. */
export function cellAt(column: Column, row: number): Cell {
  if (column.valid && column.valid[row] === 0) return null;
  const value = column.values[row]!;
  switch (column.kind) {
    case 'string':
      return column.dictionary[value]!;
    case 'boolean':
      return value === 1;
    case 'date':
      return isoText(value)?.slice(0, 10) ?? null;
    case 'timestamp':
      return isoText(value);
    case 'float32':
    case 'float64':
    case 'int32':
      return Number.isFinite(value) ? value : null;
  }
}

/** Every row as a record; for small results only. */
export function rowsOf(result: ColumnarResult): Record<string, Cell>[] {
  return Array.from({ length: result.rowCount }, (_, row) =>
    Object.fromEntries(result.columns.map((column) => [column.name, cellAt(column, row)])),
  );
}

/** DuckDB's years reach beyond those of a JavaScript date; such an instant has no text here. */
function isoText(epochMs: number): string | null {
  const date = new Date(epochMs);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
