/** The type of a column or feature; dates are declared as timestamps. */
export type ColumnType = 'number' | 'text' | 'boolean' | 'timestamp';

/** The type of an expression; `null` is the type of one that can have no value at all, such as `null` itself. */
export type ExpressionType = ColumnType | 'null';

/** What an expression yields for one record; a timestamp is milliseconds since 1970-01-01 UTC. */
export type Value = number | string | boolean | null;

export const ARITHMETIC_OPERATORS = ['+', '-', '*', '/'] as const;
export type ArithmeticOperator = (typeof ARITHMETIC_OPERATORS)[number];

export const COMPARISON_OPERATORS = ['=', '<>', '<', '<=', '>', '>='] as const;
export type ComparisonOperator = (typeof COMPARISON_OPERATORS)[number];

export const FUNCTION_NAMES = ['coalesce', 'abs', 'min', 'max'] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

/** A node of the syntax tree; `at` is the offset of its first character in the source, from 0. */
export type Expression =
  | { readonly kind: 'number'; readonly at: number; readonly value: number }
  | { readonly kind: 'text'; readonly at: number; readonly value: string }
  | { readonly kind: 'boolean'; readonly at: number; readonly value: boolean }
  | { readonly kind: 'null'; readonly at: number }
  | { readonly kind: 'name'; readonly at: number; readonly name: string }
  | { readonly kind: 'negate'; readonly at: number; readonly operand: Expression }
  | Arithmetic
  | Comparison
  | { readonly kind: 'not'; readonly at: number; readonly operand: Expression }
  | Logic
  | { readonly kind: 'in'; readonly at: number; readonly subject: Expression; readonly options: readonly Expression[] }
  | Between
  | { readonly kind: 'is-null'; readonly at: number; readonly operand: Expression }
  | { readonly kind: 'call'; readonly at: number; readonly function: FunctionName; readonly operands: readonly Expression[] }
  | Choice;

export interface Arithmetic {
  readonly kind: 'arithmetic';
  readonly at: number;
  readonly operator: ArithmeticOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export interface Comparison {
  readonly kind: 'comparison';
  readonly at: number;
  readonly operator: ComparisonOperator;
  readonly left: Expression;
  readonly right: Expression;
}

/** A chain `a and b and c` is one node, so that long lists of conditions stay flat. */
export interface Logic {
  readonly kind: 'logic';
  readonly at: number;
  readonly operator: 'and' | 'or';
  readonly operands: readonly Expression[];
}

export interface Between {
  readonly kind: 'between';
  readonly at: number;
  readonly subject: Expression;
  readonly low: Expression;
  readonly high: Expression;
}

/** `if(c, a, b)` and `case when … then … else … end`: the first branch whose condition is true; null without any. */
export interface Choice {
  readonly kind: 'choice';
  readonly at: number;
  readonly branches: readonly { readonly when: Expression; readonly then: Expression }[];
  readonly otherwise: Expression;
}

/** The direct parts of a node, in source order. */
export function partsOf(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case 'number':
    case 'text':
    case 'boolean':
    case 'null':
    case 'name':
      return [];
    case 'negate':
    case 'not':
    case 'is-null':
      return [node.operand];
    case 'arithmetic':
    case 'comparison':
      return [node.left, node.right];
    case 'logic':
    case 'call':
      return node.operands;
    case 'in':
      return [node.subject, ...node.options];
    case 'between':
      return [node.subject, node.low, node.high];
    case 'choice':
      return [...node.branches.flatMap(({ when, then }) => [when, then]), node.otherwise];
  }
}
