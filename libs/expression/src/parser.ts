import {
  COMPARISON_OPERATORS,
  FUNCTION_NAMES,
  partsOf,
  type ArithmeticOperator,
  type Choice,
  type ComparisonOperator,
  type Expression,
  type FunctionName,
} from './expression.js';
import { faultAt } from './expression-problem.js';
import { TokenCursor } from './token-cursor.js';

/** Longest source, in characters (UTF-16 units). */
export const MAX_SOURCE_LENGTH = 4_000;
/** Most nodes of a syntax tree. */
export const MAX_NODES = 1_000;
/** Deepest syntax tree; DuckDB itself stops at 1000 levels of what these compile to. */
export const MAX_DEPTH = 64;

/**
 * Parses a source into its syntax tree. Loosest first: `or`, `and`, `not`, one comparison (`= <> < <= > >= in between is`), `+ -`,
 * `* /`, unary `-`. Keywords and functions are read in any case; names of columns keep theirs.
 * @throws Problem invalid `expression/syntax` with `offset`, `line`, `column`; too-large `expression/too-large`
 */
export function parseExpression(source: string): Expression {
  if (source.length > MAX_SOURCE_LENGTH)
    throw faultAt('too-large', '', 0, `an expression has at most ${MAX_SOURCE_LENGTH} characters`);
  const cursor = new TokenCursor(source);
  const root = new Parser(cursor).disjunction();
  if (cursor.current.kind !== 'end') cursor.fail('expected an operator or the end');
  checkBounds(root, source);
  return root;
}

function checkBounds(root: Expression, source: string): void {
  let nodes = 0;
  const visit = (node: Expression, depth: number): void => {
    if (++nodes > MAX_NODES) throw faultAt('too-large', source, node.at, `an expression has at most ${MAX_NODES} parts`);
    if (depth > MAX_DEPTH) throw faultAt('too-large', source, node.at, `more than ${MAX_DEPTH} levels of nesting`);
    for (const part of partsOf(node)) visit(part, depth + 1);
  };
  visit(root, 1);
}

/** Recursive descent: one method per level of precedence. */
class Parser {
  constructor(private readonly cursor: TokenCursor) {}

  disjunction(): Expression {
    return this.cursor.within(() => this.chain('or', () => this.chain('and', () => this.negation())));
  }

  private chain(operator: 'and' | 'or', operand: () => Expression): Expression {
    const first = operand();
    const operands = [first];
    while (this.cursor.take('keyword', operator)) operands.push(operand());
    return operands.length === 1 ? first : { kind: 'logic', at: first.at, operator, operands };
  }

  private negation(): Expression {
    const { at } = this.cursor.current;
    if (!this.cursor.take('keyword', 'not')) return this.comparison();
    return { kind: 'not', at, operand: this.cursor.within(() => this.negation()) };
  }

  private comparison(): Expression {
    const left = this.sum();
    const { current } = this.cursor;
    if (current.kind === 'symbol' && (COMPARISON_OPERATORS as readonly string[]).includes(current.value)) {
      this.cursor.advance();
      return { kind: 'comparison', at: left.at, operator: current.value as ComparisonOperator, left, right: this.sum() };
    }
    if (this.cursor.take('keyword', 'is')) return this.nullTest(left);
    const negated = this.cursor.take('keyword', 'not');
    const test = this.membership(left);
    if (test === undefined) return negated ? this.cursor.fail('expected IN or BETWEEN') : left;
    return negated ? { kind: 'not', at: left.at, operand: test } : test;
  }

  private nullTest(operand: Expression): Expression {
    const negated = this.cursor.take('keyword', 'not');
    this.cursor.expect('keyword', 'null');
    const test: Expression = { kind: 'is-null', at: operand.at, operand };
    return negated ? { kind: 'not', at: operand.at, operand: test } : test;
  }

  private membership(subject: Expression): Expression | undefined {
    if (this.cursor.take('keyword', 'in')) {
      this.cursor.expect('symbol', '(');
      return { kind: 'in', at: subject.at, subject, options: this.list(() => this.sum()) };
    }
    if (!this.cursor.take('keyword', 'between')) return undefined;
    const low = this.sum();
    this.cursor.expect('keyword', 'and');
    return { kind: 'between', at: subject.at, subject, low, high: this.sum() };
  }

  private sum(): Expression {
    return this.arithmetic(['+', '-'], () => this.arithmetic(['*', '/'], () => this.signed()));
  }

  private arithmetic(operators: readonly ArithmeticOperator[], operand: () => Expression): Expression {
    let left = operand();
    for (;;) {
      const operator = operators.find((symbol) => this.cursor.take('symbol', symbol));
      if (operator === undefined) return left;
      left = { kind: 'arithmetic', at: left.at, operator, left, right: operand() };
    }
  }

  private signed(): Expression {
    const { at } = this.cursor.current;
    if (!this.cursor.take('symbol', '-')) return this.primary();
    return { kind: 'negate', at, operand: this.cursor.within(() => this.signed()) };
  }

  private primary(): Expression {
    const token = this.cursor.current;
    switch (token.kind) {
      case 'number':
        this.cursor.advance();
        return { kind: 'number', at: token.at, value: token.value };
      case 'text':
        this.cursor.advance();
        return { kind: 'text', at: token.at, value: token.value };
      case 'quoted-name':
        this.cursor.advance();
        return { kind: 'name', at: token.at, name: token.value };
      case 'name':
        return this.nameOrCall(token.value, token.at);
      case 'keyword':
        return this.keyword(token.at);
      case 'symbol':
      case 'end':
        return this.parenthesised();
    }
  }

  private parenthesised(): Expression {
    if (!this.cursor.take('symbol', '(')) this.cursor.fail('expected a value');
    const inner = this.disjunction();
    this.cursor.expect('symbol', ')');
    return inner;
  }

  private nameOrCall(name: string, at: number): Expression {
    this.cursor.advance();
    if (this.cursor.current.kind !== 'symbol' || this.cursor.current.value !== '(') return { kind: 'name', at, name };
    const called = FUNCTION_NAMES.find((known): known is FunctionName => known === name.toLowerCase());
    if (called === undefined)
      this.cursor.fail(`${name} is not one of the functions ${FUNCTION_NAMES.join(', ')}, if; expected an operator`);
    this.cursor.advance();
    return { kind: 'call', at, function: called, operands: this.list(() => this.disjunction()) };
  }

  private list(item: () => Expression): readonly Expression[] {
    const items = [item()];
    while (this.cursor.take('symbol', ',')) items.push(item());
    this.cursor.expect('symbol', ')');
    return items;
  }

  private keyword(at: number): Expression {
    if (this.cursor.take('keyword', 'null')) return { kind: 'null', at };
    if (this.cursor.take('keyword', 'true')) return { kind: 'boolean', at, value: true };
    if (this.cursor.take('keyword', 'false')) return { kind: 'boolean', at, value: false };
    if (this.cursor.take('keyword', 'if')) return this.condition(at);
    if (this.cursor.take('keyword', 'case')) return this.cases(at);
    return this.cursor.fail('expected a value');
  }

  private condition(at: number): Choice {
    this.cursor.expect('symbol', '(');
    const when = this.disjunction();
    this.cursor.expect('symbol', ',');
    const then = this.disjunction();
    this.cursor.expect('symbol', ',');
    const otherwise = this.disjunction();
    this.cursor.expect('symbol', ')');
    return { kind: 'choice', at, branches: [{ when, then }], otherwise };
  }

  private cases(at: number): Choice {
    const branches: { readonly when: Expression; readonly then: Expression }[] = [];
    do {
      this.cursor.expect('keyword', 'when');
      const when = this.disjunction();
      this.cursor.expect('keyword', 'then');
      branches.push({ when, then: this.disjunction() });
    } while (this.cursor.current.kind === 'keyword' && this.cursor.current.value === 'when');
    const otherwise: Expression = this.cursor.take('keyword', 'else') ? this.disjunction() : { kind: 'null', at };
    this.cursor.expect('keyword', 'end');
    return { kind: 'choice', at, branches, otherwise };
  }
}
