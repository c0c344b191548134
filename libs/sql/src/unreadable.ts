import { Problem } from '#libs/problem';
import type { FileFormat } from './sql-engine.js';

/** What DuckDB says of a file it cannot read, as a problem with the line where it knows one; undefined for other errors. */
export function unreadable(error: unknown, format: FileFormat): Problem | undefined {
  if (error instanceof Problem || !(error instanceof Error)) return undefined;
  const message = error.message;
  const line = Number(/CSV Error on Line: (\d+)/.exec(message)?.[1] ?? /in (?:line|record\/value) (\d+)/.exec(message)?.[1] ?? 0);
  const facts = line > 0 ? { format, line } : { format };
  const at = line > 0 ? `line ${line}: ` : '';
  const columns = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(message);
  if (columns) {
    const [, expected, found] = columns;
    const detail = `${at}there are ${found} fields where the header names ${expected}`;
    return new Problem('invalid', 'sql/ragged-row', detail, { ...facts, expected: Number(expected), found: Number(found) });
  }
  if (/unicode|utf-8/i.test(message)) return new Problem('invalid', 'sql/encoding', `${at}the text is not UTF-8`, facts);
  if (/quote/i.test(message))
    return new Problem('invalid', 'sql/malformed', `${at}a quoted field does not end as it must`, facts);
  if (/^(Invalid Input|IO|Serialization|Parser|Binder|Not implemented) Error/.test(message)) {
    return new Problem('invalid', 'sql/malformed', `${at}the file cannot be read as ${format}`, facts);
  }
  return undefined;
}
