import { columnOf, numbersOf, stringsOf, type Column, type ColumnarResult } from '#libs/sql';
import type { StoredValue } from '#libs/timeline';
import { keptColumns, measuredColumns, type FeatureView } from '../feature-view/feature-view.js';
import type { ViewRows } from './view-timelines.js';

/** Reads what `viewRowsSelect` asked for. */
export function viewRowsOf(view: FeatureView, result: ColumnarResult): ViewRows {
  const keys = view.keyColumns.map((_, i) => keyReader(columnOf(result, `k${i}`)));
  const codes = view.keyColumns.map((_, i) => columnOf(result, `k${i}`).values);
  return {
    rowCount: result.rowCount,
    keysAt: (row) => keys.map((read) => read(row)),
    sameEntity: (row, other) => codes.every((values) => values[row] === values[other]),
    knownMs: wholeMs(columnOf(result, 'known')),
    eventMs: view.kind === 'latest' ? wholeMs(columnOf(result, 'event')) : [],
    kept: view.kind === 'latest' ? keptColumns(view).map(({ type }, i) => valueReader(type, result, `v${i}`)) : [],
    measured: view.kind === 'window' ? measuredColumns(view).map((_, i) => finite(numbersOf(result, `v${i}`).values)) : [],
  };
}

function keyReader(column: Column): (row: number) => string | number | null {
  if (column.kind === 'string') return (row) => column.dictionary[column.values[row]!] ?? null;
  return (row) => (column.valid && column.valid[row] === 0 ? null : column.values[row]!);
}

function valueReader(type: 'number' | 'text', result: ColumnarResult, name: string): (row: number) => StoredValue {
  if (type === 'text') {
    const { values, dictionary } = stringsOf(result, name);
    return (row) => dictionary[values[row]!] ?? null;
  }
  const { values } = numbersOf(result, name);
  return (row) => (Number.isFinite(values[row]) ? values[row]! : null);
}

/** Known times are rounded up, so that nothing is seen early. */
function wholeMs(column: Column): Float64Array {
  return Float64Array.from(column.values, (ms) => Math.ceil(ms));
}

function finite(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values, (value) => (Number.isFinite(value) ? value : NaN));
}
