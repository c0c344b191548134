import { Problem } from '#libs/problem';
import type { Money } from '#libs/value';

export type AlertKind = 'calibration' | 'skew';
export type AlertState = 'raised' | 'acknowledged' | 'resolved';

/** What an alert rests on: the metric half and the money half. */
export interface AlertFinding {
  readonly kind: AlertKind;
  /** One sentence with both halves. */
  readonly summary: string;
  /** Mean probability minus share of positive outcomes since the change, in points. */
  readonly calibrationGapPoints: number | null;
  /** Decisions with a known outcome that the finding rests on. */
  readonly decisions: number;
  readonly costPerMonth: Money | null;
  readonly costPerMonthLow: Money | null;
  readonly costPerMonthHigh: Money | null;
  readonly promisedPerMonth: Money | null;
  readonly realisedPerMonth: Money | null;
  /** Event time at which the evidence sufficed. */
  readonly raisedAt: Date;
  /** Event time from which the evidence counts. */
  readonly since: Date | null;
}

/** Something that somebody should know. */
export interface Alert extends AlertFinding {
  readonly id: string;
  readonly workspace: string;
  readonly monitorId: string;
  readonly endpointId: string;
  readonly useCaseId: string;
  readonly versionId: string;
  readonly state: AlertState;
  /** How often the same was found again while the alert stood open. */
  readonly repeats: number;
  readonly acknowledgedBy: string | null;
  readonly acknowledgedAt: Date | null;
  readonly assignee: string | null;
  readonly resolvedBy: string | null;
  readonly resolvedAt: Date | null;
  readonly resolution: string | null;
  /** Wall clock: when people could see it; how fast they answered is measured from here. */
  readonly recordedAt: Date;
}

const MOST_WORDS = 2_000;

/** Takes an alert on; acknowledging again may hand it to somebody else. */
export function acknowledge(alert: Alert, by: string, assignee: string | null, now: Date): Alert {
  if (alert.state === 'resolved') {
    throw new Problem('conflict', 'monitoring/alert-resolved', 'the alert is resolved already', { id: alert.id });
  }
  return {
    ...alert,
    state: 'acknowledged',
    acknowledgedBy: alert.acknowledgedBy ?? by,
    acknowledgedAt: alert.acknowledgedAt ?? now,
    assignee: assignee ?? alert.assignee ?? by,
  };
}

/** Closes an alert; the reason is what a later reader learns from. */
export function resolve(alert: Alert, by: string, reason: string, now: Date): Alert {
  if (reason.trim() === '' || reason.length > MOST_WORDS) {
    throw new Problem(
      'invalid',
      'monitoring/alert-reason',
      `a reason of at most ${MOST_WORDS} characters is needed to resolve an alert`,
    );
  }
  if (alert.state === 'resolved') {
    throw new Problem('conflict', 'monitoring/alert-resolved', 'the alert is resolved already', { id: alert.id });
  }
  return { ...alert, state: 'resolved', resolvedBy: by, resolvedAt: now, resolution: reason.trim() };
}

/** The same found again while the alert stands open: one alert, newer words. */
export function repeat(alert: Alert, finding: AlertFinding): Alert {
  const { summary, calibrationGapPoints, decisions, costPerMonth, costPerMonthLow, costPerMonthHigh } = finding;
  const { promisedPerMonth, realisedPerMonth } = finding;
  const newer = {
    summary,
    calibrationGapPoints,
    decisions,
    costPerMonth,
    costPerMonthLow,
    costPerMonthHigh,
    promisedPerMonth,
    realisedPerMonth,
  };
  return { ...alert, ...newer, repeats: alert.repeats + 1 };
}
