import { faultAt } from './expression-problem.js';
import { tokens, type Keyword, type Token } from './lexer.js';

const MAX_NESTING = 64;

/** Walks the tokens of one source, and counts how deep the parser has gone down. */
export class TokenCursor {
  private readonly tokens: readonly Token[];
  private position = 0;
  private nesting = 0;

  constructor(private readonly source: string) {
    this.tokens = tokens(source);
  }

  get current(): Token {
    return this.tokens[this.position]!;
  }

  get following(): Token {
    return this.tokens[Math.min(this.position + 1, this.tokens.length - 1)]!;
  }

  advance(): Token {
    const token = this.current;
    if (token.kind !== 'end') this.position += 1;
    return token;
  }

  /** Steps over the symbol or keyword if it is next; says whether it was. */
  take(kind: 'symbol', value: string): boolean;
  take(kind: 'keyword', value: Keyword): boolean;
  take(kind: 'symbol' | 'keyword', value: string): boolean {
    const found = this.current.kind === kind && this.current.value === value;
    if (found) this.advance();
    return found;
  }

  expect(kind: 'symbol', value: string): void;
  expect(kind: 'keyword', value: Keyword): void;
  expect(kind: 'symbol' | 'keyword', value: string): void {
    if (this.current.kind !== kind || this.current.value !== value)
      this.fail(`expected ${kind === 'keyword' ? value.toUpperCase() : `"${value}"`}`);
    this.advance();
  }

  /** Parses one level down; without the bound, a hostile source would exhaust the stack. */
  within<T>(parse: () => T): T {
    if (++this.nesting > MAX_NESTING)
      throw faultAt('too-large', this.source, this.current.at, `more than ${MAX_NESTING} levels of nesting`);
    const result = parse();
    this.nesting -= 1;
    return result;
  }

  fail(expectation: string): never {
    const { kind, at, value } = this.current;
    throw faultAt('syntax', this.source, at, `${expectation}, found ${kind === 'end' ? 'the end' : JSON.stringify(value)}`);
  }
}
