import { areaUnderRoc, expectedCalibrationError, logLoss } from '#libs/statistics';
import { bestThreshold, actsOf, missedValue, promisedValue, tallyOf, valueOf, type Money, type Payoffs } from '#libs/value';
import { isLabelled, type Arm, type JudgedDecision, type LabelledDecision } from '../decision/decision.js';

/** What one version did on one side of a rollout within a window. */
export interface Segment {
  readonly versionId: string;
  readonly arm: Arm;
  readonly decisions: number;
  readonly labelled: number;
  /** Over decisions with a known outcome, like everything below but `promised`. */
  readonly meanProbability: number | null;
  readonly positiveShare: number | null;
  /** Null where one class is absent. */
  readonly auc: number | null;
  /** Null for a rule, which forecasts no probability. */
  readonly logLoss: number | null;
  readonly expectedCalibrationError: number | null;
  readonly value: Money;
  readonly missed: Money;
  /** Worth of all decisions by their own probabilities, outcomes known or not; null for a rule. */
  readonly promised: Money | null;
}

/** Judges the decisions of a window, by version and arm; segments in a fixed order. */
export function segmentsOf(
  decisions: readonly JudgedDecision[],
  payoffs: Payoffs,
  rules: ReadonlySet<string>,
): readonly Segment[] {
  const groups = Map.groupBy(decisions, ({ versionId, arm }) => `${versionId} ${arm}`);
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => segmentOf(group, payoffs, rules.has(group[0]!.versionId)));
}

function segmentOf(decisions: readonly JudgedDecision[], payoffs: Payoffs, isRule: boolean): Segment {
  const labelled = decisions.filter(isLabelled);
  const { versionId, arm } = decisions[0]!;
  const probabilities = labelled.map(({ probability }) => probability);
  const outcomes = labelled.map(({ outcome }) => (outcome ? 1 : 0));
  const known = labelled.length > 0;
  const { value, missed } = worthOf(labelled, payoffs);
  return {
    versionId,
    arm,
    decisions: decisions.length,
    labelled: labelled.length,
    meanProbability: known ? mean(probabilities) : null,
    positiveShare: known ? mean(outcomes) : null,
    auc: areaUnderRoc(probabilities, outcomes) ?? null,
    logLoss: known && !isRule ? logLoss(probabilities, outcomes) : null,
    expectedCalibrationError: known && !isRule ? expectedCalibrationError(probabilities, outcomes) : null,
    value,
    missed,
    promised: isRule
      ? null
      : promisedValue(
          payoffs,
          decisions.map(({ probability }) => probability),
          decisions.map(({ act }) => act),
        ),
  };
}

/** What labelled decisions earned, and what the best threshold in hindsight would have earned beyond it. */
export function worthOf(labelled: readonly LabelledDecision[], payoffs: Payoffs): { value: Money; missed: Money; best: Money } {
  const outcomes = labelled.map(({ outcome }) => outcome);
  const value = valueOf(
    payoffs,
    tallyOf(
      labelled.map(({ act }) => act),
      outcomes,
    ),
  );
  if (labelled.length === 0) return { value, missed: value, best: value };
  const probabilities = labelled.map(({ probability }) => probability);
  const { threshold } = bestThreshold(payoffs, probabilities, outcomes);
  const best = valueOf(payoffs, tallyOf(actsOf({ kind: 'threshold', threshold }, probabilities), outcomes));
  return { value, missed: missedValue(value, best), best };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
