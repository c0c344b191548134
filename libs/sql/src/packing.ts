import type { ColumnKind } from './columnar-result.js';
import { Problem } from '#libs/problem';
import { identifier } from './identifier.js';

/** How a column of one SQL type is read as an array of numbers. */
export interface Packing {
  readonly kind: ColumnKind;
  /** SQL whose physical vector is the array: FLOAT, DOUBLE, INTEGER or UTINYINT. */
  readonly expression: string;
  readonly widthBytes: 1 | 4 | 8;
}

const INT32 = new Set(['TINYINT', 'SMALLINT', 'INTEGER', 'UTINYINT', 'USMALLINT']);
const WIDE_INTEGERS = new Set(['BIGINT', 'UINTEGER', 'UBIGINT', 'HUGEINT', 'UHUGEINT']);
const INSTANTS = new Set(['TIMESTAMP', 'TIMESTAMP WITH TIME ZONE', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP_NS']);

/** True for integers that a double holds only up to 2^53, so that each value must be checked. */
export function needsExactness(type: string): boolean {
  return WIDE_INTEGERS.has(type);
}

/** @param type as DESCRIBE spells it */
export function packingOf(name: string, type: string): Packing {
  const column = identifier(name);
  if (type === 'FLOAT') return { kind: 'float32', expression: column, widthBytes: 4 };
  if (type === 'DOUBLE' || type.startsWith('DECIMAL') || WIDE_INTEGERS.has(type)) {
    return { kind: 'float64', expression: `${column}::DOUBLE`, widthBytes: 8 };
  }
  if (INT32.has(type)) return { kind: 'int32', expression: `${column}::INTEGER`, widthBytes: 4 };
  if (type === 'BOOLEAN') return { kind: 'boolean', expression: `${column}::UTINYINT`, widthBytes: 1 };
  if (type === 'DATE') return { kind: 'date', expression: `epoch_us(${column}::TIMESTAMP) / 1000.0::DOUBLE`, widthBytes: 8 };
  if (INSTANTS.has(type)) return { kind: 'timestamp', expression: `epoch_us(${column}) / 1000.0::DOUBLE`, widthBytes: 8 };
  if (type === 'BLOB' || type === 'BIT' || type.startsWith('GEOMETRY')) {
    throw new Problem('invalid', 'sql/column-type', `column ${name} is ${type}; cast it to text or a number`, {
      column: name,
      type,
    });
  }
  return { kind: 'string', expression: textOf(column, type), widthBytes: 4 };
}

function textOf(column: string, type: string): string {
  const nested =
    type.endsWith(']') || type.startsWith('STRUCT') || type.startsWith('MAP') || type.startsWith('UNION') || type === 'VARIANT';
  return nested ? `to_json(${column})::VARCHAR` : `${column}::VARCHAR`;
}
