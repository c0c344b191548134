import { Problem } from '#libs/problem';

const SAID = /^([A-Z][A-Za-z ]*?) ?Error: ([\s\S]*)$/;

/**
 * What DuckDB said, as a problem for the caller; undefined where it is a bug of ours or of DuckDB. Paths of objects and values
 * of rows are left out: the first are nobody's business, the second may be classified.
 */
export function problemOf(error: unknown, paths: readonly string[]): Problem | undefined {
  if (error instanceof Problem) return error;
  if (error instanceof RangeError) return new Problem('invalid', 'sql/invalid', 'the statement is nested too deeply');
  if (!(error instanceof Error)) return undefined;
  const said = SAID.exec(error.message);
  if (!said) return undefined;
  const [, kind, text] = said as unknown as [string, string, string];
  const detail = redact(text, paths);
  switch (kind) {
    case 'INTERRUPT':
      return new Problem('cancelled', 'sql/cancelled', 'the statement was cancelled');
    case 'Out of Memory':
      return new Problem('exhausted', 'sql/out-of-memory', 'the statement needs more memory or spill space than it may have');
    case 'Permission':
      return new Problem('forbidden', 'sql/not-allowed', 'the statement reaches for a file or a setting');
    case 'IO':
      return new Problem('unavailable', 'sql/storage', 'an object could not be read or the result could not be written');
    case 'INTERNAL':
    case 'FATAL':
      return undefined;
    case 'Conversion':
    case 'Invalid Input':
    case 'Constraint':
    case 'Out of Range':
      return new Problem('invalid', 'sql/invalid', detail.replace(/"[^"\n]*"|'[^'\n]*'/g, '…'));
    default:
      return new Problem('invalid', 'sql/invalid', detail);
  }
}

function redact(text: string, paths: readonly string[]): string {
  const sentence = text.split('\n\nLINE ')[0]!.trim();
  return paths.reduce((shown, path) => shown.replaceAll(path, 'the object'), sentence);
}
