import { Problem } from '#libs/problem';
import { partsOf, type ArithmeticOperator, type CheckedExpression, type Choice, type Expression } from '#libs/expression';
import { RuleGraph, type Truth } from './rule-graph.js';
import { combine, compareNumbers, negate, numberToTruth, sameText, truthToNumber } from './truth-tables.js';

const OPERATORS: Readonly<Record<ArithmeticOperator, string>> = { '+': 'Add', '-': 'Sub', '*': 'Mul', '/': 'Div' };

/** Writes an expression as graph nodes: numbers and timestamps as doubles (NaN is null), texts as codes, booleans as truths. */
export class RuleWriter {
  readonly graph: RuleGraph;

  constructor(private readonly checked: CheckedExpression) {
    this.graph = new RuleGraph([...new Set(textsOf(checked.root))]);
  }

  truth(node: Expression): Truth {
    switch (node.kind) {
      case 'boolean':
        return this.graph.truth(node.value);
      case 'null':
        return this.graph.unknown();
      case 'not':
        return negate(this.truth(node.operand));
      case 'logic':
        return combine(
          this.graph,
          node.operator,
          node.operands.map((operand) => this.truth(operand)),
        );
      case 'comparison':
        return this.comparison(node.operator, node.left, node.right);
      case 'between': {
        const bounds = [this.comparison('>=', node.subject, node.low), this.comparison('<=', node.subject, node.high)];
        return combine(this.graph, 'and', bounds);
      }
      case 'in':
        return combine(
          this.graph,
          'or',
          node.options.map((option) => this.comparison('=', node.subject, option)),
        );
      case 'is-null':
        return this.missing(node.operand);
      case 'number':
      case 'text':
      case 'name':
      case 'negate':
      case 'arithmetic':
      case 'call':
      case 'choice':
        return numberToTruth(this.graph, this.number(node));
    }
  }

  /** A number, a timestamp, or a truth as 1 and 0. */
  private number(node: Expression): string {
    switch (node.kind) {
      case 'number':
        return this.graph.number(node.value);
      case 'null':
        return this.graph.number(NaN);
      case 'name':
        return this.graph.numberInput(node.name);
      case 'negate':
        return this.graph.apply('Neg', this.number(node.operand));
      case 'arithmetic':
        return this.graph.finite(this.graph.apply(OPERATORS[node.operator], this.number(node.left), this.number(node.right)));
      case 'call': {
        const operands = node.operands.map((operand) => this.number(operand));
        if (node.function === 'abs') return this.graph.apply('Abs', operands[0]!);
        return operands.reduce((left, right) => this.pick(node.function, left, right));
      }
      case 'choice':
        return this.choice(node, (branch) => this.number(branch));
      case 'boolean':
      case 'text':
      case 'not':
      case 'logic':
      case 'comparison':
      case 'in':
      case 'between':
      case 'is-null':
        return truthToNumber(this.graph, this.truth(node));
    }
  }

  /** coalesce, min and max of two: a missing one gives way to the other. */
  private pick(function_: string, left: string, right: string): string {
    const { graph } = this;
    const otherwise = function_ === 'coalesce' ? left : this.extreme(function_, left, right);
    return graph.apply('Where', graph.apply('IsNaN', left), right, otherwise);
  }

  private extreme(function_: string, left: string, right: string): string {
    const { graph } = this;
    const rightWins = graph.apply(function_ === 'min' ? 'Less' : 'Greater', right, left);
    return graph.apply('Where', rightWins, right, left);
  }

  private text(node: Expression): string {
    const { graph } = this;
    switch (node.kind) {
      case 'text':
        return graph.code(node.value);
      case 'name':
        return graph.textInput(node.name);
      case 'choice':
        return this.choice(node, (branch) => this.text(branch));
      case 'call': {
        if (node.function !== 'coalesce') throw notInModel('texts cannot be ordered');
        const operands = node.operands.map((operand) => this.text(operand));
        return operands.reduceRight((rest, first) =>
          graph.apply('Where', graph.apply('Equal', first, graph.code('')), rest, first),
        );
      }
      case 'number':
      case 'boolean':
      case 'null':
      case 'negate':
      case 'arithmetic':
      case 'comparison':
      case 'not':
      case 'logic':
      case 'in':
      case 'between':
      case 'is-null':
        return graph.code('');
    }
  }

  private choice(node: Choice, write: (branch: Expression) => string): string {
    return node.branches.reduceRight(
      (rest, { when, then }) => this.graph.apply('Where', this.truth(when).yes, write(then), rest),
      write(node.otherwise),
    );
  }

  private comparison(operator: Parameters<typeof compareNumbers>[1], left: Expression, right: Expression): Truth {
    const type = this.checked.typeOf(left) === 'null' ? this.checked.typeOf(right) : this.checked.typeOf(left);
    if (type !== 'text') return compareNumbers(this.graph, operator, this.number(left), this.number(right));
    if (operator !== '=' && operator !== '<>') throw notInModel('texts cannot be ordered');
    if (!isListed(left) && !isListed(right)) throw notInModel('two columns of text cannot be compared');
    const same = sameText(this.graph, this.text(left), this.text(right));
    return operator === '=' ? same : negate(same);
  }

  private missing(operand: Expression): Truth {
    const { graph } = this;
    const type = this.checked.typeOf(operand);
    const yes =
      type === 'text' ? graph.apply('Equal', this.text(operand), graph.code('')) : graph.apply('IsNaN', this.number(operand));
    return { yes, no: graph.apply('Not', yes) };
  }
}

function notInModel(why: string): Problem {
  return new Problem('invalid', 'expression/not-in-model', `the rule cannot become a model: inside a model ${why}`);
}

function textsOf(node: Expression): readonly string[] {
  return node.kind === 'text' ? [node.value] : partsOf(node).flatMap(textsOf);
}

/** Whether every text that the node can yield is written in the rule; two texts outside the codebook look alike. */
function isListed(node: Expression): boolean {
  switch (node.kind) {
    case 'name':
      return false;
    case 'call':
      return node.operands.every(isListed);
    case 'choice':
      return [...node.branches.map(({ then }) => then), node.otherwise].every(isListed);
    case 'number':
    case 'text':
    case 'boolean':
    case 'null':
    case 'negate':
    case 'arithmetic':
    case 'comparison':
    case 'not':
    case 'logic':
    case 'in':
    case 'between':
    case 'is-null':
      return true;
  }
}
