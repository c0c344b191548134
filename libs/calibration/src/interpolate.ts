/** The line through `(xs, ys)` at `x`; constant before the first and after the last. `xs` grow. */
export function interpolate(xs: readonly number[], ys: readonly number[], x: number): number {
  let low = 0; // the last knot at or before x, or 0
  let high = xs.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (xs[middle]! <= x) low = middle;
    else high = middle - 1;
  }
  if (low === xs.length - 1 || x <= xs[0]!) return ys[low]!;
  return ys[low]! + ((ys[low + 1]! - ys[low]!) / (xs[low + 1]! - xs[low]!)) * (x - xs[low]!);
}
