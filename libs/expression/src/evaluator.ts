import { Problem } from '#libs/problem';
import { holds, order } from './comparison.js';
import type { ArithmeticOperator, Choice, ColumnType, Expression, FunctionName, Value } from './expression.js';
import type { CheckedExpression } from './type-check.js';

/** A record to evaluate; an absent column, `undefined`, NaN and the infinities are null. A timestamp is a Date or milliseconds. */
export type ExpressionRecord = Readonly<Record<string, Value | Date | undefined>>;

/** Computes the value for one record. @throws Problem invalid `expression/value` where a column holds another type than declared */
export type Evaluator = (record: ExpressionRecord) => Value;

type Known = Exclude<Value, null>;

/**
 * Compiles a checked expression to a closure. Null means "unknown", as in SQL:
 * - arithmetic, comparison, `abs` and unary minus of a null are null; so is a number that is not finite (division by zero, overflow);
 * - `and` is false if any operand is false, else null if any is null; `or` is true if any is true, else null if any is null; `not null` is null;
 * - `x in (…)` is true on a match, else null if `x` or an option is null; `between` is `low <= x and x <= high`;
 * - `min`, `max` and `coalesce` pass nulls over and are null only if all are; a choice takes a branch only if its condition is true.
 */
export function compileEvaluator(checked: CheckedExpression): Evaluator {
  const { columns } = checked;
  const compile = (node: Expression): Evaluator => {
    switch (node.kind) {
      case 'number':
      case 'text':
      case 'boolean':
        return () => node.value;
      case 'null':
        return () => null;
      case 'name':
        return read(node.name, columns[node.name]!);
      case 'negate':
        return strict([compile(node.operand)], ([value]) => -(value as number));
      case 'arithmetic':
        return strict([compile(node.left), compile(node.right)], ([a, b]) => calculate(node.operator, a as number, b as number));
      case 'comparison':
        return strict([compile(node.left), compile(node.right)], ([a, b]) => holds(node.operator, a!, b!));
      case 'not':
        return strict([compile(node.operand)], ([value]) => !value);
      case 'logic':
        return logic(node.operator, node.operands.map(compile));
      case 'in':
        return membership(compile(node.subject), node.options.map(compile));
      case 'between':
        return between(compile(node.subject), compile(node.low), compile(node.high));
      case 'is-null': {
        const operand = compile(node.operand);
        return (record) => operand(record) === null;
      }
      case 'call':
        return call(node.function, node.operands.map(compile));
      case 'choice':
        return choice(node, compile);
    }
  };
  return compile(checked.root);
}

function read(name: string, type: ColumnType): Evaluator {
  const wanted = type === 'text' ? 'string' : type === 'timestamp' ? 'number' : type;
  return (record) => {
    const held = Object.hasOwn(record, name) ? record[name] : null;
    const value = held instanceof Date && type === 'timestamp' ? held.getTime() : held;
    if (value === undefined || value === null) return null;
    if (value instanceof Date || typeof value !== wanted) {
      throw new Problem('invalid', 'expression/value', `column ${JSON.stringify(name)} holds another type than ${type}`, {
        name,
        type,
      });
    }
    return typeof value === 'number' ? finite(value) : value;
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function calculate(operator: ArithmeticOperator, left: number, right: number): number | null {
  switch (operator) {
    case '+':
      return finite(left + right);
    case '-':
      return finite(left - right);
    case '*':
      return finite(left * right);
    case '/':
      return finite(left / right);
  }
}

/** Null as soon as one operand is null. */
function strict(operands: readonly Evaluator[], combine: (values: readonly Known[]) => Value): Evaluator {
  return (record) => {
    const values: Known[] = [];
    for (const operand of operands) {
      const value = operand(record);
      if (value === null) return null;
      values.push(value);
    }
    return combine(values);
  };
}

function logic(operator: 'and' | 'or', operands: readonly Evaluator[]): Evaluator {
  const decisive = operator === 'or';
  return (record) => {
    let result: boolean | null = !decisive;
    for (const operand of operands) {
      const value = operand(record);
      if (value === decisive) return decisive;
      if (value === null) result = null;
    }
    return result;
  };
}

function membership(subject: Evaluator, options: readonly Evaluator[]): Evaluator {
  return (record) => {
    const sought = subject(record);
    if (sought === null) return null;
    let result: boolean | null = false;
    for (const option of options) {
      const value = option(record);
      if (value === sought) return true;
      if (value === null) result = null;
    }
    return result;
  };
}

function between(subject: Evaluator, low: Evaluator, high: Evaluator): Evaluator {
  const above = strict([subject, low], ([value, bound]) => order(value!, bound!) >= 0);
  const below = strict([subject, high], ([value, bound]) => order(value!, bound!) <= 0);
  return logic('and', [above, below]);
}

function call(name: FunctionName, operands: readonly Evaluator[]): Evaluator {
  switch (name) {
    case 'abs':
      return strict(operands, ([value]) => Math.abs(value as number));
    case 'coalesce':
      return (record) => {
        for (const operand of operands) {
          const value = operand(record);
          if (value !== null) return value;
        }
        return null;
      };
    case 'min':
      return extreme(operands, -1);
    case 'max':
      return extreme(operands, 1);
  }
}

function extreme(operands: readonly Evaluator[], direction: 1 | -1): Evaluator {
  return (record) => {
    let best: Value = null;
    for (const operand of operands) {
      const value = operand(record);
      if (value !== null && (best === null || order(value, best) * direction > 0)) best = value;
    }
    return best;
  };
}

function choice(node: Choice, compile: (node: Expression) => Evaluator): Evaluator {
  const branches = node.branches.map(({ when, then }) => ({ when: compile(when), then: compile(then) }));
  const otherwise = compile(node.otherwise);
  return (record) => (branches.find(({ when }) => when(record) === true)?.then ?? otherwise)(record);
}
