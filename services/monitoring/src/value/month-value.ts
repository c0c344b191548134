import { missedValue, money, plus, tallyOf, valueOf, type Money, type Payoffs } from '#libs/value';
import { isLabelled, type JudgedDecision } from '../decision/decision.js';
import { worthOf } from '../window/segment.js';

/** Who decided: a side of a rollout, or a baseline that would have. */
export type LedgerArm = 'champion' | 'challenger' | 'baseline:never' | 'baseline:always' | 'baseline:rule';

/** Totals of one month, version and arm, as known now. */
export interface MonthValue {
  /** The version that decided; the endpoint's first for baseline:rule; empty for never and always. */
  readonly versionId: string;
  readonly arm: LedgerArm;
  readonly decisions: number;
  readonly labelled: number;
  readonly value: Money;
  /** Against the best threshold in hindsight; for a baseline against the best thresholds of the versions that decided. */
  readonly missed: Money;
}

/**
 * Values a month's decisions: each version and arm by what it did, and each baseline by what it would have done on the same
 * decisions. Rows are in a fixed order.
 */
export function monthValues(
  decisions: readonly JudgedDecision[],
  payoffs: Payoffs,
  baselineVersionId: string | null,
): readonly MonthValue[] {
  if (decisions.length === 0) return [];
  const deciders = [...Map.groupBy(decisions, ({ versionId, arm }) => `${versionId} ${arm}`)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => ({ group, labelled: group.filter(isLabelled) }))
    .map(({ group, labelled }) => ({ group, labelled, worth: worthOf(labelled, payoffs) }));
  const best = deciders.map(({ worth }) => worth.best).reduce(plus, money(0n, payoffs.currency));
  return [
    ...deciders.map(({ group, labelled, worth }): MonthValue => ({
      versionId: group[0]!.versionId,
      arm: group[0]!.arm,
      decisions: group.length,
      labelled: labelled.length,
      value: worth.value,
      missed: worth.missed,
    })),
    ...baselines(decisions, payoffs, best, baselineVersionId),
  ];
}

function baselines(decisions: readonly JudgedDecision[], payoffs: Payoffs, best: Money, versionId: string | null): MonthValue[] {
  const labelled = decisions.filter(isLabelled);
  const outcomes = labelled.map(({ outcome }) => outcome);
  const row = (arm: LedgerArm, acts: readonly boolean[], version = ''): MonthValue => {
    const value = valueOf(payoffs, tallyOf(acts, outcomes));
    return {
      versionId: version,
      arm,
      decisions: decisions.length,
      labelled: labelled.length,
      value,
      missed: missedValue(value, best),
    };
  };
  return [
    row(
      'baseline:never',
      labelled.map(() => false),
    ),
    row(
      'baseline:always',
      labelled.map(() => true),
    ),
    row(
      'baseline:rule',
      labelled.map(({ baselineAct }) => baselineAct),
      versionId ?? '',
    ),
  ];
}
