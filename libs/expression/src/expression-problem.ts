import { Problem } from '#libs/problem';

export type ExpressionFault = 'syntax' | 'too-large' | 'unknown-name' | 'type';

/** A fault of an expression, with the place where a person must look: 1-based line and column, 0-based offset. */
export function faultAt(
  fault: ExpressionFault,
  source: string,
  at: number,
  detail: string,
  facts: Record<string, string | readonly string[]> = {},
): Problem {
  const before = source.slice(0, at).split('\n');
  const line = before.length;
  const column = before[line - 1]!.length + 1;
  const kind = fault === 'too-large' ? 'too-large' : 'invalid';
  return new Problem(kind, `expression/${fault}`, `${detail} (line ${line}, column ${column})`, {
    offset: at,
    line,
    column,
    ...facts,
  });
}
