import { quoteIdentifier as quoted } from '#libs/expression';
import type { RequestColumn } from '../feature-service/feature-service.js';
import type { TrainingSetDefinition } from './training-set.js';
import { finiteNumber, millisecondsDown, millisecondsUp, ROW_POSITION } from './view-timeline.sql.js';

/** The table of the rows in the statement. */
export const ROWS = 'training_rows';
/** What the rows of a set carry beside the request: how the row is named in logs, the label and when it was known. */
export const CARRIED = ['row_key', 'label', 'label_known_ms'] as const;

/** The rows of a training set: a label that was not known by then is missing, and so is its time. */
export function trainingRowsSelect(
  { momentColumn, labelColumn, labelKnownColumn, from, to, knownUntil }: TrainingSetDefinition,
  requestColumns: readonly RequestColumn[],
  rowKey: string,
): string {
  const until = knownUntil.getTime();
  const columns = [
    `${ROW_POSITION} AS rid`,
    `${millisecondsDown(quoted(momentColumn))} AS moment_ms`,
    `CAST(${quoted(rowKey)} AS VARCHAR) AS row_key`,
    `${finiteNumber(quoted(labelColumn))} AS label`,
    `${millisecondsUp(quoted(labelKnownColumn))} AS label_known_ms`,
    ...requestColumns.map(
      ({ name, type }) =>
        `${type === 'number' ? finiteNumber(quoted(name)) : `nullif(CAST(${quoted(name)} AS VARCHAR), '')`} AS ${quoted(`q_${name}`)}`,
    ),
  ];
  const renamed = requestColumns.map(({ name }) => `${quoted(`q_${name}`)} AS ${quoted(name)}`);
  return `SELECT rid, moment_ms, row_key, CASE WHEN label_known_ms <= ${until} THEN label END AS label,
      CASE WHEN label_known_ms <= ${until} THEN label_known_ms END AS label_known_ms, ${renamed.join(', ')}
    FROM (SELECT ${columns.join(', ')} FROM ${ROWS})
    WHERE moment_ms >= ${from.getTime()} AND moment_ms < ${to.getTime()} AND moment_ms <= ${until}`;
}

/**
 * Rows that a caller brought, as JSON bound to $rows: objects of rid, m (the moment) and the values c0… in the order of the columns.
 * DuckDB takes a list of unknown length for one row and would join it row by row with everything; the empty range makes it plan for many.
 */
export function broughtRowsSelect(requestColumns: readonly RequestColumn[]): string {
  const types = requestColumns.map(({ type }, i) => `, "c${i}": "${type === 'number' ? 'DOUBLE' : 'VARCHAR'}"`);
  const structure = `[{"rid": "BIGINT", "m": "BIGINT"${types.join('')}}]`;
  const columns = requestColumns.map(({ name }, i) => `brought.c${i} AS ${quoted(name)}`);
  return `SELECT brought.rid AS rid, brought.m AS moment_ms, ${columns.join(', ')}
    FROM (SELECT unnest(from_json($rows, '${structure}')) AS brought UNION ALL SELECT NULL FROM range(100000) AS many(i) WHERE i < 0)`;
}
