import { faultAt } from './expression-problem.js';

/** Words with a meaning of their own, in any case; a column of such a name is written in double quotes. */
export const KEYWORDS = [
  'and',
  'or',
  'not',
  'in',
  'between',
  'is',
  'null',
  'true',
  'false',
  'if',
  'case',
  'when',
  'then',
  'else',
  'end',
] as const;
export type Keyword = (typeof KEYWORDS)[number];

export type Token =
  | { readonly kind: 'number'; readonly at: number; readonly value: number }
  | { readonly kind: 'text' | 'name' | 'quoted-name'; readonly at: number; readonly value: string }
  | { readonly kind: 'keyword'; readonly at: number; readonly value: Keyword }
  | { readonly kind: 'symbol'; readonly at: number; readonly value: string }
  | { readonly kind: 'end'; readonly at: number; readonly value: '' };

const SPACE = /[ \t\r\n]+/y;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const SYMBOL = /<>|!=|<=|>=|==|[-+*/=<>(),]/y;
const SPELLINGS: Readonly<Record<string, string>> = { '!=': '<>', '==': '=' };
// A control character cannot be told apart by a reader, and NUL ends strings in native code.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
const QUOTED = { "'": { kind: 'text', name: 'text' }, '"': { kind: 'quoted-name', name: 'name' } } as const;

function isKeyword(word: string): word is Keyword {
  return (KEYWORDS as readonly string[]).includes(word);
}

function match(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}

/** Reads `'…'` or `"…"`; the quote itself is written twice inside. */
function quoted(source: string, at: number, quote: "'" | '"'): { readonly token: Token; readonly end: number } {
  const { kind, name } = QUOTED[quote];
  let value = '';
  for (let from = at + 1; ;) {
    const close = source.indexOf(quote, from);
    if (close < 0) throw faultAt('syntax', source, at, `the ${name} is not closed`);
    value += source.slice(from, close);
    if (source[close + 1] !== quote) {
      if (kind === 'quoted-name' && value === '') throw faultAt('syntax', source, at, 'a name cannot be empty');
      return { token: { kind, at, value }, end: close + 1 };
    }
    value += quote;
    from = close + 2;
  }
}

function number(source: string, at: number, text: string): Token {
  const value = Number(text);
  if (!Number.isFinite(value)) throw faultAt('syntax', source, at, 'the number is too large');
  if (match(WORD, source, at + text.length) !== undefined) throw faultAt('syntax', source, at, 'a number is followed by letters');
  return { kind: 'number', at, value };
}

function next(source: string, at: number): { readonly token: Token; readonly end: number } {
  const first = source[at]!;
  if (first === "'" || first === '"') return quoted(source, at, first);
  const digits = match(NUMBER, source, at);
  if (digits !== undefined) return { token: number(source, at, digits), end: at + digits.length };
  const word = match(WORD, source, at);
  if (word !== undefined) {
    const lower = word.toLowerCase();
    return {
      token: isKeyword(lower) ? { kind: 'keyword', at, value: lower } : { kind: 'name', at, value: word },
      end: at + word.length,
    };
  }
  const symbol = match(SYMBOL, source, at);
  if (symbol === undefined) throw faultAt('syntax', source, at, `the character ${JSON.stringify(first)} has no meaning here`);
  return { token: { kind: 'symbol', at, value: SPELLINGS[symbol] ?? symbol }, end: at + symbol.length };
}

/**
 * Cuts a source into tokens; the last one is always `end`.
 * @throws Problem `expression/syntax`
 */
export function tokens(source: string): readonly Token[] {
  const control = CONTROL.exec(source);
  if (control) throw faultAt('syntax', source, control.index, 'control characters are not allowed');
  const found: Token[] = [];
  let at = match(SPACE, source, 0)?.length ?? 0;
  while (at < source.length) {
    const { token, end } = next(source, at);
    found.push(token);
    at = end + (match(SPACE, source, end)?.length ?? 0);
  }
  return [...found, { kind: 'end', at: source.length, value: '' }];
}
