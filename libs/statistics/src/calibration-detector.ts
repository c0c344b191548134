import { Problem } from '#libs/problem';
import { type DayResiduals } from './day-residuals.js';

/** A sequence of days that is tested: all decisions of a version, or those it acted on. */
export interface CalibrationStreamPlan {
  readonly name: string;
  /** Variance of the shock that a day's rows share, frozen on reference days; see `dayShockVariance`. */
  readonly dayShockVariance: number;
}

/** How a {@link CalibrationState} weighs days and when it speaks. */
export interface CalibrationPlan {
  /** Days that pass on average before a false alarm, at least. */
  readonly averageRunLengthDays: number;
  /** Shift of the log-odds that is still called calibrated: ln 1.25 forgives odds that are off by a quarter. */
  readonly tolerance: number;
  /** Bets of the mixture, each above 0: small ones see small shifts, large ones see large shifts sooner. */
  readonly bets: readonly number[];
  readonly streams: readonly CalibrationStreamPlan[];
}

/** Evidence of one bet in one direction on one stream. */
export interface BetState {
  /** Shiryaev–Roberts statistic: the wealth of bettors who began on each day, added up. */
  readonly evidence: number;
  /** Wealth of the bettor with the best beginning (e-CUSUM), and the day of that beginning. */
  readonly bestWealth: number;
  readonly bestStart: number;
}

/** What the detector carries from day to day; plain numbers, so it is stored as JSON. One entry per stream. */
export interface CalibrationState {
  /** The newest day taken in; null before the first. */
  readonly lastDay: number | null;
  readonly streams: readonly { readonly tooHigh: readonly BetState[]; readonly tooLow: readonly BetState[] }[];
}

export type CalibrationDirection = 'forecasts-too-high' | 'forecasts-too-low';

/** What the evidence says after a day. */
export interface CalibrationVerdict {
  /** Mean over bets, directions and streams; alarms at `limit`. */
  readonly evidence: number;
  readonly limit: number;
  readonly alarmed: boolean;
  /** The direction with more evidence. */
  readonly direction: CalibrationDirection;
  /** The day on which the parting most likely began; null before any day. */
  readonly since: number | null;
}

/** State before the first day, and again after an alarm. */
export function startCalibrationTest(plan: CalibrationPlan): CalibrationState {
  requirePlan(plan);
  const fresh = plan.bets.map((): BetState => ({ evidence: 0, bestWealth: 1, bestStart: 0 }));
  return { lastDay: null, streams: plan.streams.map(() => ({ tooHigh: fresh, tooLow: fresh })) };
}

/**
 * Takes one day into the evidence: a mixture of Shiryaev–Roberts e-detectors (Shin, Ramdas & Rinaldo, "E-detectors: a nonparametric
 * framework for sequential change detection", NEJSDS 2023). Rows of one day share a cause (the weather), so a day is one
 * observation: its excess, less what the tolerance allows, over the standard deviation that independent rows and the day's shock
 * give it. Where that is sub-Gaussian, exp(bet · z − bet² / 2) has mean at most 1 and the alarm has at least the stated average run
 * length. (Betting on the bounded mean itself, Waudby-Smith & Ramdas, JRSS B 2024, needs no variance model, and with it took more
 * than a year to see six points.)
 *
 * @param days the day's residuals on each stream, in the plan's order; an empty or certain stream (variance 0) is passed over
 */
export function observeDay(
  plan: CalibrationPlan,
  state: CalibrationState,
  day: number,
  days: readonly DayResiduals[],
): { readonly state: CalibrationState; readonly verdict: CalibrationVerdict } {
  requirePlan(plan);
  requireDay(plan, state, day, days);
  const streams = state.streams.map((stream, i) => {
    const z = standardised(days[i]!, plan.streams[i]!.dayShockVariance, plan.tolerance);
    if (!z) return stream;
    return {
      tooHigh: stream.tooHigh.map((bet, k) => raise(bet, plan.bets[k]!, z.tooHigh, day)),
      tooLow: stream.tooLow.map((bet, k) => raise(bet, plan.bets[k]!, z.tooLow, day)),
    };
  });
  const next = { lastDay: day, streams };
  return { state: next, verdict: calibrationVerdict(plan, next) };
}

/** What the evidence of a state says. */
export function calibrationVerdict(plan: CalibrationPlan, state: CalibrationState): CalibrationVerdict {
  const high = state.streams.flatMap((stream) => stream.tooHigh);
  const low = state.streams.flatMap((stream) => stream.tooLow);
  const [sumHigh, sumLow] = [sum(high), sum(low)];
  const evidence = (sumHigh + sumLow) / (high.length + low.length);
  const leading = (sumHigh >= sumLow ? high : low).reduce((best, bet) => (bet.evidence > best.evidence ? bet : best));
  return {
    evidence,
    limit: plan.averageRunLengthDays,
    alarmed: evidence >= plan.averageRunLengthDays,
    direction: sumHigh >= sumLow ? 'forecasts-too-high' : 'forecasts-too-low',
    since: state.lastDay === null ? null : leading.bestStart,
  };
}

/** How many standard deviations the day lies beyond the tolerance, in each direction. */
function standardised({ excess, variance }: DayResiduals, shock: number, tolerance: number) {
  if (variance <= 0) return undefined;
  const deviation = Math.sqrt(variance + shock * variance * variance);
  return { tooHigh: (excess - tolerance * variance) / deviation, tooLow: (-excess - tolerance * variance) / deviation };
}

function raise({ evidence, bestWealth, bestStart }: BetState, bet: number, z: number, day: number): BetState {
  const factor = Math.exp(bet * z - (bet * bet) / 2);
  return {
    evidence: Math.min((evidence + 1) * factor, Number.MAX_VALUE),
    bestWealth: Math.min(Math.max(bestWealth, 1) * factor, Number.MAX_VALUE),
    bestStart: bestWealth <= 1 ? day : bestStart,
  };
}

function sum(bets: readonly BetState[]): number {
  return bets.reduce((total, bet) => total + bet.evidence, 0);
}

function requirePlan({ averageRunLengthDays, tolerance, bets, streams }: CalibrationPlan): void {
  if (!(averageRunLengthDays >= 1 && averageRunLengthDays < Infinity)) {
    throw new Problem('invalid', 'statistics/average-run-length', 'the average run length must be at least one day', {
      averageRunLengthDays,
    });
  }
  if (!(tolerance >= 0 && tolerance < 5)) {
    throw new Problem('invalid', 'statistics/tolerance', 'the tolerance is a shift of log-odds from 0 to 5', { tolerance });
  }
  if (bets.length === 0 || bets.length > 100 || bets.some((bet) => !(bet > 0 && bet <= 10))) {
    throw new Problem('invalid', 'statistics/bets', 'bets must be 1 to 100 numbers above 0, at most 10');
  }
  if (streams.length === 0 || streams.some(({ dayShockVariance }) => !(dayShockVariance >= 0 && dayShockVariance < Infinity))) {
    throw new Problem('invalid', 'statistics/day-shock', 'each stream needs a day-shock variance of at least 0');
  }
}

function requireDay(plan: CalibrationPlan, state: CalibrationState, day: number, days: readonly DayResiduals[]): void {
  if (state.lastDay !== null && day <= state.lastDay) {
    throw new Problem('conflict', 'statistics/day-order', 'days must be taken in by growing day, each once', {
      day,
      lastDay: state.lastDay,
    });
  }
  const streams = plan.streams.length;
  if (state.streams.length !== streams || state.streams.some((stream) => stream.tooHigh.length !== plan.bets.length)) {
    throw new Problem('conflict', 'statistics/plan-changed', 'the state was made for another plan; start anew');
  }
  if (days.length !== streams || days.some(({ excess, variance, count }) => !(Math.abs(excess) <= count && variance >= 0))) {
    throw new Problem('invalid', 'statistics/residuals', 'a day needs residuals of its rows for each stream', { streams });
  }
}
