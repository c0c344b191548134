import type { CalibrationVerdict } from '#libs/statistics';
import {
  actsOf,
  bestThreshold,
  decimalOf,
  estimateDifference,
  missedValue,
  promisedValue,
  scaleMoney,
  tallyByDay,
  tallyOf,
  toVolume,
  valueOf,
  type Money,
  type Tally,
} from '#libs/value';
import type { LabelledDecision } from '../decision/decision.js';
import { isoDate, startOf, type EventDay } from '../monitor/event-day.js';
import type { ContractInForce } from '../monitor/monitor.js';
import type { AlertFinding } from './alert.js';

/** What the test of calibration found, and the version's labelled decisions from `since` to the tested day. */
export interface CalibrationEvidence {
  readonly verdict: CalibrationVerdict;
  readonly since: EventDay;
  readonly raisedAt: Date;
  readonly decisions: readonly LabelledDecision[];
}

/** Puts a finding into both languages: points of probability, and money against what the best threshold would have earned. */
export function calibrationFinding(evidence: CalibrationEvidence, { payoffs, monthlyVolume }: ContractInForce): AlertFinding {
  const { decisions, since, raisedAt } = evidence;
  const probabilities = decisions.map(({ probability }) => probability);
  const outcomes = decisions.map(({ outcome }) => (outcome ? 1 : 0));
  // What the version proposed, whatever a person made of it: the promise was the version's.
  const acts = decisions.map(({ probability, threshold }) => probability >= threshold);
  const monthly = toVolume(monthlyVolume, decisions.length);
  const scaled = (amount: Money): Money => scaleMoney(payoffs, amount, monthly);
  const realised = valueOf(payoffs, tallyOf(acts, outcomes));
  const hindsight = bestThreshold(payoffs, probabilities, outcomes);
  const best = actsOf({ kind: 'threshold', threshold: hindsight.threshold }, probabilities);
  const missed = missedValue(realised, valueOf(payoffs, tallyOf(best, outcomes)));
  const days = pairedDays(decisions, best, acts, outcomes);
  const interval = days.length < 2 ? undefined : estimateDifference(payoffs, days, { seed: `alert ${since}` }, monthly);
  const finding = {
    kind: 'calibration' as const,
    calibrationGapPoints: (100 * decisions.reduce((sum, d) => sum + d.probability - (d.outcome ? 1 : 0), 0)) / decisions.length,
    decisions: decisions.length,
    costPerMonth: scaled(missed),
    costPerMonthLow: interval?.low ?? null,
    costPerMonthHigh: interval?.high ?? null,
    promisedPerMonth: scaled(promisedValue(payoffs, probabilities, acts)),
    realisedPerMonth: scaled(realised),
    raisedAt,
    since: startOf(since),
  };
  return { ...finding, summary: inWords(finding, since) };
}

function pairedDays(
  decisions: readonly LabelledDecision[],
  best: ArrayLike<number>,
  acts: readonly boolean[],
  outcomes: readonly number[],
): readonly { readonly of: Tally; readonly against: Tally }[] {
  const days = decisions.map(({ day }) => day);
  const actual = tallyByDay(days, acts, outcomes);
  return tallyByDay(days, best, outcomes).map(({ tally }, i) => ({ of: tally, against: actual[i]!.tally }));
}

type Measured = Omit<
  AlertFinding,
  'summary' | 'costPerMonth' | 'promisedPerMonth' | 'realisedPerMonth' | 'calibrationGapPoints'
> & {
  readonly calibrationGapPoints: number;
  readonly costPerMonth: Money;
  readonly promisedPerMonth: Money;
  readonly realisedPerMonth: Money;
};

function inWords(finding: Measured, since: EventDay): string {
  const { calibrationGapPoints: gap, decisions, costPerMonth, costPerMonthLow, costPerMonthHigh } = finding;
  const points = `${Math.abs(gap).toFixed(1)} points too ${gap >= 0 ? 'high' : 'low'}`;
  const interval = costPerMonthLow && costPerMonthHigh ? ` [${spoken(costPerMonthLow)}, ${spoken(costPerMonthHigh)}]` : '';
  return (
    `Forecasts have been ${points} since ${isoDate(since)} (${decisions} decisions with an outcome), for longer than chance: ` +
    `they promised ${spoken(finding.promisedPerMonth)} and brought ${spoken(finding.realisedPerMonth)} ${costPerMonth.currency} a month, ` +
    `${spoken(costPerMonth)}${interval} ${costPerMonth.currency} less than the best threshold would have, scaled to the month.`
  );
}

/** "12,345" or "-12,345.50": exact, with commas, without an empty fraction. */
export function spoken(amount: Money): string {
  const [whole, fraction] = decimalOf(amount).split('.');
  const grouped = whole!.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction && !/^0+$/.test(fraction) ? `${grouped}.${fraction}` : grouped;
}
