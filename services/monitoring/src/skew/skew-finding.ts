import { plus, scaleMoney, toVolume, type Money } from '#libs/value';
import type { AlertFinding } from '../alert/alert.js';
import { spoken } from '../alert/calibration-finding.js';
import { dayOf, isoDate } from '../monitor/event-day.js';
import { maturityOf, type ContractInForce } from '../monitor/monitor.js';
import type { MonitorWindow } from '../window/window.js';
import type { SkewReport } from './skew.js';

/** What a difference between served and offline vectors puts at stake: what the version's decisions of the window promised. */
export function skewFinding(
  report: SkewReport,
  versionId: string,
  window: MonitorWindow,
  { payoffs, monthlyVolume }: ContractInForce,
): AlertFinding {
  const segments = window.segments.filter((segment) => segment.versionId === versionId);
  const decisions = segments.reduce((sum, segment) => sum + segment.decisions, 0);
  const promises = segments.flatMap(({ promised }) => (promised ? [promised] : []));
  const scaled = (amount: Money): Money => scaleMoney(payoffs, amount, toVolume(monthlyVolume, Math.max(decisions, 1)));
  const promisedPerMonth = promises.length > 0 ? scaled(promises.reduce(plus)) : null;
  const stake = promisedPerMonth
    ? `; what they promised, ${spoken(promisedPerMonth)} ${promisedPerMonth.currency} a month (scaled), rests on them`
    : '';
  return {
    kind: 'skew',
    summary:
      `${report.different} of ${report.comparedValues} feature values served in the week from ${isoDate(dayOf(window.startsAt))} differ from what ` +
      `training would have seen (${report.features.join(', ')})${stake}.`,
    calibrationGapPoints: null,
    decisions: report.decisions,
    costPerMonth: null,
    costPerMonthLow: null,
    costPerMonthHigh: null,
    promisedPerMonth,
    realisedPerMonth: segments.length > 0 ? scaled(segments.map(({ value }) => value).reduce(plus)) : null,
    raisedAt: maturityOf(dayOf(window.endsAt) - 1),
    since: window.startsAt,
  };
}
