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
 * Sorts a report against what is kept. Every statement is kept with the time from which it was known, one that repeats the value in
 * force too, because a correction that was known in between may still come: so the value in force at any moment depends on what was
 * stated and not on when it arrived.
 *
 * @param known outcomes kept for the decisions of the report, any order
 * @throws Problem conflict `monitoring/outcome-contradicts` where another value has the same known time
 */
export function takeIn(report: readonly Outcome[], known: readonly Outcome[]): Intake {
  const kept = Map.groupBy(known, ({ decisionId }) => decisionId);
  const intake = { accepted: 0, repeated: 0, corrected: 0, store: [] as Outcome[] };
  for (const outcome of report) {
    const history = kept.get(outcome.decisionId) ?? [];
    const same = history.find(({ knownAt }) => knownAt.getTime() === outcome.knownAt.getTime());
    if (same && same.outcome !== outcome.outcome) {
      const facts = { decisionId: outcome.decisionId };
      throw new Problem(
        'conflict',
        'monitoring/outcome-contradicts',
        'a correction needs a later known time than what it corrects',
        facts,
      );
    }
    intake[relation(outcome, history)]++;
    if (!same) intake.store.push(outcome);
  }
  return intake;
}

function relation(report: Outcome, history: readonly Outcome[]): 'accepted' | 'repeated' | 'corrected' {
  if (history.length === 0) return 'accepted';
  const before = history.filter(({ knownAt }) => knownAt <= report.knownAt);
  const compared = (before.length > 0 ? before : history).reduce((a, b) =>
    isCloser(report.knownAt, b.knownAt, a.knownAt) ? b : a,
  );
  return compared.outcome === report.outcome ? 'repeated' : 'corrected';
}

function isCloser(to: Date, a: Date, b: Date): boolean {
  return Math.abs(to.getTime() - a.getTime()) < Math.abs(to.getTime() - b.getTime());
}
