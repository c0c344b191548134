import { Problem } from '#libs/problem';

/** What happened after one decision, and when that became known. */
export interface Outcome {
  readonly decisionId: string;
  readonly outcome: boolean;
  readonly knownAt: Date;
}

/** How a report relates to what was known. */
export interface ReportCounts {
  readonly accepted: number;
  /** Reported before with the same value. */
  readonly repeated: number;
  /** A later correction of an earlier value. */
  readonly corrected: number;
}

/** What to store of a report. */
export interface Intake extends ReportCounts {
  readonly store: readonly Outcome[];
}

export const MOST_OUTCOMES = 5_000;

/** Refuses a report that is too large or says two things of one decision at the same time. */
export function requireReport(outcomes: readonly Outcome[]): void {
  if (outcomes.length > MOST_OUTCOMES) {
    throw new Problem('too-large', 'monitoring/report-too-large', `at most ${MOST_OUTCOMES} outcomes are reported at a time`, {
      outcomes: outcomes.length,
      maximum: MOST_OUTCOMES,
    });
  }
  const seen = new Set<string>();
  for (const { decisionId } of outcomes) {
    if (seen.has(decisionId)) {
      throw new Problem('invalid', 'monitoring/outcome-twice', `the report names decision ${decisionId} twice`, { decisionId });
    }
    seen.add(decisionId);
  }
}

/**
 * Sorts a report against what is kept. All values of a decision are kept with the time from which they were known, so that the past
 * stays as it was known then: a correction counts from its own known time on and never reaches back.
 *
 * @param known outcomes kept for the decisions of the report, any order
 * @throws Problem conflict `monitoring/outcome-contradicts` where another value has the same known time
 */
export function takeIn(report: readonly Outcome[], known: readonly Outcome[]): Intake {
  const kept = new Map<string, Outcome[]>();
  for (const outcome of known) kept.set(outcome.decisionId, [...(kept.get(outcome.decisionId) ?? []), outcome]);
  const intake = { accepted: 0, repeated: 0, corrected: 0, store: [] as Outcome[] };
  for (const outcome of report) {
    const history = (kept.get(outcome.decisionId) ?? []).toSorted((a, b) => a.knownAt.getTime() - b.knownAt.getTime());
    const kind = relation(outcome, history);
    intake[kind]++;
    if (kind !== 'repeated' || isEarlier(outcome, history)) intake.store.push(outcome);
  }
  return intake;
}

function relation(report: Outcome, history: readonly Outcome[]): 'accepted' | 'repeated' | 'corrected' {
  const before = history.findLast(({ knownAt }) => knownAt <= report.knownAt);
  if (before?.outcome === report.outcome) return 'repeated';
  if (before && before.knownAt.getTime() === report.knownAt.getTime()) {
    const { decisionId } = report;
    throw new Problem(
      'conflict',
      'monitoring/outcome-contradicts',
      'a correction needs a later known time than what it corrects',
      { decisionId },
    );
  }
  if (before) return 'corrected';
  const first = history[0];
  return first === undefined ? 'accepted' : first.outcome === report.outcome ? 'repeated' : 'accepted';
}

/** The same value, known before what is kept: the earlier time is the true one. */
function isEarlier(report: Outcome, history: readonly Outcome[]): boolean {
  return history.every(({ knownAt }) => knownAt > report.knownAt);
}
