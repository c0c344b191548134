import type { ColumnType, Expression, ExpressionType, FunctionName } from './expression.js';
import type { CheckedExpression } from './type-check.js';

const SQL_TYPES: Readonly<Record<ExpressionType, string>> = {
  number: 'DOUBLE',
  text: 'VARCHAR',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
  null: 'DOUBLE',
};
const SQL_FUNCTIONS: Readonly<Record<FunctionName, string>> = { abs: 'abs', coalesce: 'coalesce', min: 'least', max: 'greatest' };

/** A name as SQL reads it, whatever characters it has. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as a SQL literal. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * Compiles a checked expression to one scalar expression of DuckDB, with the same value for every record as the evaluator.
 * Numbers are computed as DOUBLE, so integers beyond 2^53 lose their last digits. Columns are quoted and stand alone, unless
 * `qualifier` names the relation they belong to.
 */
export function toSql(checked: CheckedExpression, qualifier?: string): string {
  const prefix = qualifier === undefined ? '' : `${quoteIdentifier(qualifier)}.`;
  return new SqlWriter(checked, prefix).write(checked.root, checked.type);
}

class SqlWriter {
  constructor(
    private readonly checked: CheckedExpression,
    private readonly prefix: string,
  ) {}

  /** `wanted` gives a bare null its type: `abs(NULL)` alone is ambiguous. */
  write(node: Expression, wanted: ExpressionType = this.checked.typeOf(node)): string {
    if (this.checked.typeOf(node) === 'null') return `CAST(NULL AS ${SQL_TYPES[wanted]})`;
    switch (node.kind) {
      case 'number':
        return `CAST('${node.value}' AS DOUBLE)`;
      case 'text':
        return quoteText(node.value);
      case 'boolean':
        return node.value ? 'TRUE' : 'FALSE';
      case 'null':
        return 'NULL';
      case 'name':
        return this.column(node.name, this.checked.columns[node.name]!);
      case 'negate':
        return `(- ${this.write(node.operand, 'number')})`;
      case 'arithmetic':
        return finite(`${this.write(node.left, 'number')} ${node.operator} ${this.write(node.right, 'number')}`);
      case 'comparison': {
        const [left, right] = this.alike([node.left, node.right]);
        return `(${left} ${node.operator} ${right})`;
      }
      case 'not':
        return `(NOT ${this.write(node.operand, 'boolean')})`;
      case 'logic':
        return `(${node.operands.map((operand) => this.write(operand, 'boolean')).join(` ${node.operator.toUpperCase()} `)})`;
      case 'in': {
        const [subject, ...options] = this.alike([node.subject, ...node.options]);
        return `(${subject} IN (${options.join(', ')}))`;
      }
      case 'between': {
        const [subject, low, high] = this.alike([node.subject, node.low, node.high]);
        return `(${subject} BETWEEN ${low} AND ${high})`;
      }
      case 'is-null':
        return `(${this.write(node.operand)} IS NULL)`;
      case 'call':
        return `${SQL_FUNCTIONS[node.function]}(${this.alike(node.operands).join(', ')})`;
      case 'choice': {
        const branches = node.branches.map(
          ({ when, then }) => `WHEN ${this.write(when, 'boolean')} THEN ${this.write(then, this.checked.typeOf(node))}`,
        );
        return `(CASE ${branches.join(' ')} ELSE ${this.write(node.otherwise, this.checked.typeOf(node))} END)`;
      }
    }
  }

  private alike(nodes: readonly Expression[]): readonly string[] {
    const common = nodes.map((node) => this.checked.typeOf(node)).find((type) => type !== 'null') ?? 'null';
    return nodes.map((node) => this.write(node, common));
  }

  private column(name: string, type: ColumnType): string {
    const column = this.prefix + quoteIdentifier(name);
    if (type === 'timestamp') return column; // a cast would drop or assume a time zone
    const typed = `CAST(${column} AS ${SQL_TYPES[type]})`;
    return type === 'number' ? `(CASE WHEN isfinite(${typed}) THEN ${typed} END)` : typed;
  }
}

// A CASE or NULLIF would repeat its operand, and nested ones grow without bound; a list of one does not.
function finite(number: string): string {
  return `list_filter([${number}], lambda v: isfinite(v))[1]`;
}
