import {
  observeDay,
  residualsByDay,
  startCalibrationTest,
  type CalibrationPlan,
  type CalibrationState,
  type CalibrationVerdict,
  type DayResiduals,
} from '#libs/statistics';
import type { LabelledDecision } from '../decision/decision.js';
import type { EventDay } from '../monitor/event-day.js';
import type { WatchedVersion } from '../version/watched-version.js';

/** False alarms are at least three years of days apart, on average, while the odds are off by no more than the tolerance. */
export const AVERAGE_RUN_LENGTH_DAYS = 1_095;
/** Odds that are off by less than a quarter are not worth an alert: about 3.5 points at a probability of 0.2. */
export const TOLERANCE = Math.log(1.25);
const BETS = [0.1, 0.2, 0.3, 0.45, 0.65, 1];

/** Two streams: all decisions (do forecasts hold?) and those the version acted on (is what it promised delivered?). */
export function planOf(version: Pick<WatchedVersion, 'dayShockVariance' | 'actedDayShockVariance'>): CalibrationPlan {
  return {
    averageRunLengthDays: AVERAGE_RUN_LENGTH_DAYS,
    tolerance: TOLERANCE,
    bets: BETS,
    streams: [
      { name: 'all', dayShockVariance: version.dayShockVariance },
      { name: 'acted', dayShockVariance: version.actedDayShockVariance },
    ],
  };
}

/** What one day did to the evidence against a version. */
export interface TestedDay {
  readonly residuals: DayResiduals;
  readonly verdict: CalibrationVerdict;
  /** To go on with; fresh after an alarm. */
  readonly state: CalibrationState;
}

/** Tests one day of a version; undefined where no outcome of the day is known: such a day says nothing. */
export function testDay(version: WatchedVersion, day: EventDay, decisions: readonly LabelledDecision[]): TestedDay | undefined {
  if (decisions.length === 0) return undefined;
  const plan = planOf(version);
  const all = residualsOn(day, decisions);
  // What the version proposed, whatever a person made of it: the promise under test is the version's.
  const acted = residualsOn(
    day,
    decisions.filter(({ probability, threshold }) => probability >= threshold),
  );
  const { state, verdict } = observeDay(plan, version.calibration ?? startCalibrationTest(plan), day, [all, acted]);
  return { residuals: all, verdict, state: verdict.alarmed ? { ...startCalibrationTest(plan), lastDay: day } : state };
}

function residualsOn(day: EventDay, decisions: readonly LabelledDecision[]): DayResiduals {
  const rows = residualsByDay(
    decisions.map(() => day),
    decisions.map(({ probability }) => probability),
    decisions.map(({ outcome }) => (outcome ? 1 : 0)),
  );
  return rows[0] ?? { day, count: 0, excess: 0, variance: 0 };
}
