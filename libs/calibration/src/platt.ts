import { type PlattScaling } from './calibration.js';
import { checkHeldOut, type HeldOut } from './held-out.js';

const MAX_STEPS = 100;
const LEAST_STEP = 1e-10;
/** Keeps the Hessian invertible where all scores are nearly one. */
const RIDGE = 1e-12;

/**
 * Platt scaling: a logistic curve over the score by Newton's method with backtracking, on Platt's smoothed targets (Lin, Lin and
 * Weng 2007), which keep separable rows from an infinite slope.
 * @throws Problem `invalid calibration/held-out`
 */
export function fitPlatt(heldOut: HeldOut): PlattScaling {
  checkHeldOut(heldOut);
  const { scores, labels } = heldOut;
  let events = 0;
  for (let i = 0; i < labels.length; i++) events += labels[i]!;
  const rest = labels.length - events;
  const targets = Float64Array.from(labels, (label) => (label === 1 ? (events + 1) / (events + 2) : 1 / (rest + 2)));
  let line = { slope: 0, intercept: Math.log((events + 1) / (rest + 1)) };
  let loss = crossEntropy(scores, targets, line);
  for (let step = 0; step < MAX_STEPS; step++) {
    const direction = newtonDirection(scores, targets, line);
    let length = 1;
    let next = advance(line, direction, length);
    let nextLoss = crossEntropy(scores, targets, next);
    while (nextLoss > loss && length > LEAST_STEP) {
      length /= 2;
      next = advance(line, direction, length);
      nextLoss = crossEntropy(scores, targets, next);
    }
    if (nextLoss > loss) break;
    const moved = Math.abs(next.slope - line.slope) + Math.abs(next.intercept - line.intercept);
    line = next;
    loss = nextLoss;
    if (moved < LEAST_STEP) break;
  }
  return { kind: 'platt', ...line };
}

interface Line {
  readonly slope: number;
  readonly intercept: number;
}

function advance(line: Line, direction: Line, length: number): Line {
  return { slope: line.slope + length * direction.slope, intercept: line.intercept + length * direction.intercept };
}

function crossEntropy(scores: ArrayLike<number>, targets: Float64Array, { slope, intercept }: Line): number {
  let loss = 0;
  for (let i = 0; i < targets.length; i++) {
    const logOdds = slope * scores[i]! + intercept;
    // log(1 + e^z) − t·z, written so that neither side overflows
    loss += Math.log1p(Math.exp(-Math.abs(logOdds))) + Math.max(logOdds, 0) - targets[i]! * logOdds;
  }
  return loss;
}

function newtonDirection(scores: ArrayLike<number>, targets: Float64Array, { slope, intercept }: Line): Line {
  let [gs, gi, hss, hsi, hii] = [0, 0, RIDGE, 0, RIDGE];
  for (let i = 0; i < targets.length; i++) {
    const score = scores[i]!;
    const probability = 1 / (1 + Math.exp(-(slope * score + intercept)));
    const residual = probability - targets[i]!;
    const weight = probability * (1 - probability);
    gs += residual * score;
    gi += residual;
    hss += weight * score * score;
    hsi += weight * score;
    hii += weight;
  }
  const determinant = hss * hii - hsi * hsi || RIDGE;
  return { slope: -(hii * gs - hsi * gi) / determinant, intercept: -(hss * gi - hsi * gs) / determinant };
}
