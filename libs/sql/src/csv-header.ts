import { Problem } from '#libs/problem';

const MAX_COLUMNS = 2_000;
const MAX_NAME = 128;

/** The names in the first record of a CSV text (RFC 4180), which may be cut off after it. */
export function csvHeader(text: string, delimiter: string): string[] {
  const names: string[] = [];
  let name = '';
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quoted) {
      if (char !== '"') name += char;
      else if (text[at + 1] === '"') name += text[++at]!;
      else quoted = false;
    } else if (char === '"' && name === '') quoted = true;
    else if (char === delimiter) (names.push(name), (name = ''));
    else if (char === '\n' || char === '\r') return [...names, name];
    else name += char;
  }
  if (quoted) throw new Problem('invalid', 'sql/header', 'the header has a quote that never closes', { line: 1 });
  return [...names, name];
}

/** Refuses names that SQL could not tell apart or a person could not read. */
export function requireColumnNames(names: readonly string[]): void {
  const seen = new Set<string>();
  const refuse = (why: string) => new Problem('invalid', 'sql/header', why, { line: 1 });
  if (names.length > MAX_COLUMNS) throw refuse(`there are ${names.length} columns, ${MAX_COLUMNS} are allowed`);
  for (const [index, name] of names.entries()) {
    if (name.trim() === '') throw refuse(`column ${index + 1} has no name`);
    if (name.length > MAX_NAME || /[\u0000-\u001f\u007f]/.test(name))
      throw refuse(`the name of column ${index + 1} is not a name`);
    if (seen.has(name.toLowerCase())) throw refuse(`column ${name} is there twice`);
    seen.add(name.toLowerCase());
  }
}
