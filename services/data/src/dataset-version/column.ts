export const COLUMN_TYPES = ['number', 'text', 'boolean', 'timestamp', 'date'] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

/** A column as a version holds it. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** As the SQL engine spells it: `BIGINT`, `TIMESTAMP WITH TIME ZONE`. */
  readonly sqlType: string;
  /** Some row of this version has no value. */
  readonly nullable: boolean;
}

const NUMBER = /^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|UTINYINT|USMALLINT|UINTEGER|UBIGINT|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\))$/;

/** What kind of values an SQL type holds; undefined for one that a dataset keeps as text (nested values, times of day, UUIDs). */
export function columnTypeOf(sqlType: string): ColumnType | undefined {
  if (NUMBER.test(sqlType)) return 'number';
  if (sqlType === 'VARCHAR') return 'text';
  if (sqlType === 'BOOLEAN') return 'boolean';
  if (sqlType === 'DATE') return 'date';
  return sqlType.startsWith('TIMESTAMP') ? 'timestamp' : undefined;
}
