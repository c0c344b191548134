import type { ComparisonOperator } from '#libs/expression';
import type { RuleGraph, Truth } from './rule-graph.js';

const ORDER_OPERATORS = {
  '<': ['Less', 'GreaterOrEqual'],
  '<=': ['LessOrEqual', 'Greater'],
  '>': ['Greater', 'LessOrEqual'],
  '>=': ['GreaterOrEqual', 'Less'],
} as const;

/** Compares numbers. ONNX compares as IEEE 754 does: nothing holds for NaN, so with a missing side neither `yes` nor `no` is true. */
export function compareNumbers(graph: RuleGraph, operator: ComparisonOperator, left: string, right: string): Truth {
  if (operator === '=' || operator === '<>') {
    const equal = graph.apply('Equal', left, right);
    const unequal = graph.apply('Or', graph.apply('Less', left, right), graph.apply('Greater', left, right));
    return operator === '=' ? { yes: equal, no: unequal } : { yes: unequal, no: equal };
  }
  const [yes, no] = ORDER_OPERATORS[operator];
  return { yes: graph.apply(yes, left, right), no: graph.apply(no, left, right) };
}

/** Equality of texts by their codes; a missing side makes it unknown. */
export function sameText(graph: RuleGraph, left: string, right: string): Truth {
  const missing = graph.code('');
  const known = graph.apply('Not', graph.apply('Or', graph.apply('Equal', left, missing), graph.apply('Equal', right, missing)));
  const equal = graph.apply('Equal', left, right);
  return { yes: graph.apply('And', known, equal), no: graph.apply('And', known, graph.apply('Not', equal)) };
}

export function negate({ yes, no }: Truth): Truth {
  return { yes: no, no: yes };
}

/** Kleene's conjunction (or disjunction) of at least one truth. */
export function combine(graph: RuleGraph, operator: 'and' | 'or', truths: readonly Truth[]): Truth {
  const [yes, no] = operator === 'and' ? (['And', 'Or'] as const) : (['Or', 'And'] as const);
  return truths.reduce((left, right) => ({ yes: graph.apply(yes, left.yes, right.yes), no: graph.apply(no, left.no, right.no) }));
}

/** 1, 0 or NaN: truths travel as numbers where values are chosen among. */
export function truthToNumber(graph: RuleGraph, { yes, no }: Truth): string {
  return graph.apply('Where', yes, graph.number(1), graph.apply('Where', no, graph.number(0), graph.number(NaN)));
}

export function numberToTruth(graph: RuleGraph, number: string): Truth {
  return { yes: graph.apply('Equal', number, graph.number(1)), no: graph.apply('Equal', number, graph.number(0)) };
}
