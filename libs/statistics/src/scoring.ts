import { requireForecasts, type NumberColumn } from './columns.js';

/** The least probability that a logarithm is taken of: a sure and wrong forecast costs much, not infinitely much. */
const LEAST_PROBABILITY = 1e-15;

/**
 * Mean negative log-likelihood of the outcomes, in nats; a strictly proper score (Gneiting & Raftery, JASA 2007).
 * Probabilities are clipped to [1e-15, 1 - 1e-15].
 */
export function logLoss(probabilities: NumberColumn, outcomes: NumberColumn): number {
  requireForecasts(probabilities, outcomes);
  let sum = 0;
  for (let i = 0; i < outcomes.length; i++) {
    const likelihood = outcomes[i] === 1 ? probabilities[i]! : 1 - probabilities[i]!;
    sum -= Math.log(Math.min(Math.max(likelihood, LEAST_PROBABILITY), 1 - LEAST_PROBABILITY));
  }
  return sum / outcomes.length;
}

/** Mean squared difference of probability and outcome (Brier, Monthly Weather Review 1950); 0 is perfect, 1 the worst. */
export function brierScore(probabilities: NumberColumn, outcomes: NumberColumn): number {
  requireForecasts(probabilities, outcomes);
  let sum = 0;
  for (let i = 0; i < outcomes.length; i++) sum += (probabilities[i]! - outcomes[i]!) ** 2;
  return sum / outcomes.length;
}
