import type { ColumnType, Expression, ExpressionType, FunctionName } from './expression.js';
import { faultAt } from './expression-problem.js';
import { parseExpression } from './parser.js';

/** The declared columns (or features) that an expression may name. */
export type Columns = Readonly<Record<string, ColumnType>>;

/** An expression whose names and types have been checked against declared columns. */
export interface CheckedExpression {
  readonly source: string;
  readonly root: Expression;
  readonly type: ExpressionType;
  /** The columns that it reads, in order of first appearance, with their declared types. */
  readonly columns: Columns;
  /** The type of a node of `root`. */
  readonly typeOf: (node: Expression) => ExpressionType;
}

/**
 * Parses a source and checks it against the declared columns.
 * @param expected the type that the whole must have; a rule of a contract or a decision is `boolean`
 * @throws Problem invalid `expression/syntax`, `expression/unknown-name` (fact `name`, `known`), `expression/type`; too-large `expression/too-large`
 */
export function checkExpression(source: string, columns: Columns, expected?: ColumnType): CheckedExpression {
  const root = parseExpression(source);
  const checker = new TypeChecker(source, columns);
  const type = checker.check(root);
  if (expected !== undefined && type !== expected)
    throw faultAt('type', source, root.at, `the expression is ${spoken(type)}, not ${spoken(expected)}`);
  const typeOf = (node: Expression): ExpressionType => checker.types.get(node) ?? 'null';
  return { source, root, type, columns: checker.used, typeOf };
}

function spoken(type: ExpressionType): string {
  return type === 'null' ? 'always null' : `a ${type}`;
}

class TypeChecker {
  readonly types = new Map<Expression, ExpressionType>();
  readonly used: Record<string, ColumnType> = {};

  constructor(
    private readonly source: string,
    private readonly columns: Columns,
  ) {}

  check(node: Expression): ExpressionType {
    const type = this.infer(node);
    this.types.set(node, type);
    return type;
  }

  private infer(node: Expression): ExpressionType {
    switch (node.kind) {
      case 'number':
      case 'text':
      case 'boolean':
      case 'null':
        return node.kind;
      case 'name':
        return this.column(node.name, node.at);
      case 'negate':
        return this.require(node.operand, 'number', 'the minus sign');
      case 'arithmetic':
        this.require(node.left, 'number', `"${node.operator}"`);
        return this.require(node.right, 'number', `"${node.operator}"`);
      case 'comparison':
        this.unify([node.left, node.right], 'a comparison');
        return 'boolean';
      case 'in':
        this.unify([node.subject, ...node.options], 'IN');
        return 'boolean';
      case 'between':
        this.unify([node.subject, node.low, node.high], 'BETWEEN');
        return 'boolean';
      case 'is-null':
        this.check(node.operand);
        return 'boolean';
      case 'not':
        return this.require(node.operand, 'boolean', 'NOT');
      case 'logic':
        for (const operand of node.operands) this.require(operand, 'boolean', node.operator.toUpperCase());
        return 'boolean';
      case 'call':
        return this.call(node.function, node.operands, node.at);
      case 'choice':
        for (const { when } of node.branches) this.require(when, 'boolean', 'a condition');
        return this.unify([...node.branches.map(({ then }) => then), node.otherwise], 'the branches of a choice');
    }
  }

  private column(name: string, at: number): ColumnType {
    const type = Object.hasOwn(this.columns, name) ? this.columns[name] : undefined;
    if (type === undefined) {
      throw faultAt('unknown-name', this.source, at, `there is no column ${JSON.stringify(name)}`, {
        name,
        known: Object.keys(this.columns).slice(0, 100),
      });
    }
    this.used[name] = type;
    return type;
  }

  /** A null is accepted wherever a value is: it makes the result null. The wanted type is answered. */
  private require(node: Expression, wanted: ColumnType, place: string): ColumnType {
    const type = this.check(node);
    if (type !== wanted && type !== 'null')
      throw faultAt('type', this.source, node.at, `${place} takes a ${wanted}, not a ${type}`);
    return wanted;
  }

  private unify(nodes: readonly Expression[], place: string): ExpressionType {
    let common: ExpressionType = 'null';
    for (const node of nodes) {
      const type = this.check(node);
      if (common === 'null') common = type;
      else if (type !== 'null' && type !== common)
        throw faultAt('type', this.source, node.at, `${place} mixes a ${common} with a ${type}`);
    }
    return common;
  }

  private call(name: FunctionName, operands: readonly Expression[], at: number): ExpressionType {
    if (name !== 'abs') return this.unify(operands, name);
    if (operands.length !== 1) throw faultAt('type', this.source, at, `abs takes one value, not ${operands.length}`);
    return this.require(operands[0]!, 'number', 'abs');
  }
}
