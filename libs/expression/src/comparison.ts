import type { ComparisonOperator } from './expression.js';

type Comparable = number | string | boolean;

/** Orders texts by code point, as UTF-8 bytes are ordered in databases; JavaScript's own `<` orders UTF-16 units. */
function orderTexts(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i += 1) {
    const a = left.charCodeAt(i);
    const b = right.charCodeAt(i);
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

// Surrogates stand for code points above U+FFFF, so they rank above every other unit.
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** Negative, zero or positive; both values have the same type. False is less than true. */
export function order(left: Comparable, right: Comparable): number {
  if (typeof left === 'string') return orderTexts(left, right as string);
  return Number(left) - Number(right);
}

/** Whether the comparison holds for two values of the same type that are not null. */
export function holds(operator: ComparisonOperator, left: Comparable, right: Comparable): boolean {
  switch (operator) {
    case '=':
      return left === right;
    case '<>':
      return left !== right;
    case '<':
      return order(left, right) < 0;
    case '<=':
      return order(left, right) <= 0;
    case '>':
      return order(left, right) > 0;
    case '>=':
      return order(left, right) >= 0;
  }
}
