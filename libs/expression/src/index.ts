export {
  type ColumnType,
  type Expression,
  type ExpressionType,
  type Value,
  FUNCTION_NAMES,
  type FunctionName,
  partsOf,
} from './expression.js';
export { type ArithmeticOperator, type Choice, type ComparisonOperator } from './expression.js';
export { parseExpression, MAX_DEPTH, MAX_NODES, MAX_SOURCE_LENGTH } from './parser.js';
export { checkExpression, type CheckedExpression, type Columns } from './type-check.js';
export { compileEvaluator, type Evaluator, type ExpressionRecord } from './evaluator.js';
export { quoteIdentifier, quoteText, toSql } from './sql.js';
