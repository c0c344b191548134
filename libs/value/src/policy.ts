import { Problem } from '#libs/problem';
import { stakesOf, type Payoffs } from './payoffs.js';

/** The least double above 1: no probability reaches it, so a threshold there never acts. A plain number, unlike infinity in JSON. */
export const NEVER_THRESHOLD = 1 + Number.EPSILON;

/** Every probability reaches it, so a threshold there always acts. */
export const ALWAYS_THRESHOLD = 0;

/** How to decide: never, always, by a threshold on the probability, or by given acts (a rule, or what people did). */
export type Policy =
  | { readonly kind: 'never' }
  | { readonly kind: 'always' }
  | { readonly kind: 'threshold'; readonly threshold: number }
  | { readonly kind: 'acts'; readonly acts: ArrayLike<number | boolean> };

/** The acts (0 or 1 per row) that a policy takes; act when probability >= threshold. */
export function actsOf(policy: Policy, probabilities: ArrayLike<number>): Uint8Array {
  switch (policy.kind) {
    case 'never':
      return new Uint8Array(probabilities.length);
    case 'always':
      return new Uint8Array(probabilities.length).fill(1);
    case 'threshold':
      return Uint8Array.from(probabilities, (p) => (p >= policy.threshold ? 1 : 0));
    case 'acts':
      if (policy.acts.length !== probabilities.length) {
        throw new Problem('invalid', 'value/lengths-differ', 'the acts of a rule must cover every row', {
          acts: policy.acts.length,
          rows: probabilities.length,
        });
      }
      return Uint8Array.from(policy.acts, Number);
  }
}

/** A threshold and why it is right. */
export interface ChosenThreshold {
  readonly threshold: number;
  /** Rows on which it acts. */
  readonly acts: number;
}

/**
 * The threshold that would have earned most on these rows: best in hindsight where they are the judged rows, chosen empirically where
 * they are a calibration set. Of equally good thresholds the one that acts least. It lies midway between the least probability
 * acted on and the next below; {@link NEVER_THRESHOLD} or {@link ALWAYS_THRESHOLD} where no act or every act is best.
 */
export function bestThreshold(
  payoffs: Payoffs,
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number | boolean>,
): ChosenThreshold {
  const { gain, cost } = stakesOf(payoffs);
  requireRows(probabilities, outcomes);
  const order = Uint32Array.from({ length: probabilities.length }, (_, row) => row).sort(
    (a, b) => probabilities[b]! - probabilities[a]!,
  );
  let worth = 0; // of acting, over never acting, in payoff units
  let best = { worth: 0, acts: 0 };
  for (let i = 0; i < order.length; i++) {
    worth += Number(outcomes[order[i]!]!) === 1 ? gain : -cost;
    const parts = i + 1 === order.length || probabilities[order[i + 1]!]! < probabilities[order[i]!]!;
    if (parts && worth > best.worth) best = { worth, acts: i + 1 };
  }
  if (best.acts === 0) return { threshold: NEVER_THRESHOLD, acts: 0 };
  if (best.acts === order.length) return { threshold: ALWAYS_THRESHOLD, acts: order.length };
  return { threshold: midway(probabilities[order[best.acts]!]!, probabilities[order[best.acts - 1]!]!), acts: best.acts };
}

function requireRows(probabilities: ArrayLike<number>, outcomes: ArrayLike<number | boolean>): void {
  if (probabilities.length !== outcomes.length || probabilities.length === 0) {
    throw new Problem(
      'invalid',
      'value/lengths-differ',
      'a threshold needs as many outcomes as probabilities, and at least one',
      {
        probabilities: probabilities.length,
        outcomes: outcomes.length,
      },
    );
  }
  for (let row = 0; row < probabilities.length; row++) {
    const p = probabilities[row]!;
    if (!(p >= 0 && p <= 1))
      throw new Problem('invalid', 'value/probability-out-of-range', 'a probability must lie in [0, 1]', { row });
  }
}

/** Above `low`, at most `high`. */
function midway(low: number, high: number): number {
  const middle = (low + high) / 2;
  return middle > low ? middle : high;
}
