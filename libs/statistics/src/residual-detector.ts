import { Problem } from '#libs/problem';

/** How a {@link ResidualDetectorState} bets and when it speaks. */
export interface ResidualDetectorPlan {
  /**
   * Blocks that pass on average before a false alarm, whatever the distribution of the blocks and however they depend on each
   * other, as long as each block's residual is expected within the tolerance given the blocks before.
   */
  readonly averageRunLength: number;
  /** Residual that is still called calibrated, in [0, 1): 0.02 forgives forecasts that are two points off on average. */
  readonly tolerance: number;
  /** Stakes of the mixture, each in (0, 1 / (1 + tolerance)); small stakes see small shifts, large ones see large shifts sooner. */
  readonly stakes: readonly number[];
}

/** Evidence of one stake in one direction. */
export interface StakeState {
  /** Shiryaev–Roberts statistic: sum over all starts of the wealth of a bettor who began there. */
  readonly evidence: number;
  /** Wealth of the bettor with the best start (e-CUSUM), and the first block since that start. */
  readonly bestWealth: number;
  readonly bestStart: number;
}

/** What the detector carries from block to block; plain numbers, so it is stored as JSON. */
export interface ResidualDetectorState {
  readonly blocks: number;
  /** Bets that forecasts are too low (outcomes above them), one entry per stake. */
  readonly tooLow: readonly StakeState[];
  /** Bets that forecasts are too high. */
  readonly tooHigh: readonly StakeState[];
}

/** What the detector says after a block. */
export interface ResidualVerdict {
  /** Mixture of all stakes and both directions; alarms when it reaches `threshold`. */
  readonly evidence: number;
  readonly threshold: number;
  readonly alarmed: boolean;
  /** The direction with more evidence. */
  readonly direction: 'forecasts-too-low' | 'forecasts-too-high';
  /** Number of the block, from 1, at which the parting most likely began. */
  readonly since: number;
}

const FRESH: StakeState = { evidence: 0, bestWealth: 1, bestStart: 1 };

/** State before the first block; also the state to go on from after an alarm was dealt with. */
export function startResidualDetector(plan: ResidualDetectorPlan): ResidualDetectorState {
  requirePlan(plan);
  return { blocks: 0, tooLow: plan.stakes.map(() => FRESH), tooHigh: plan.stakes.map(() => FRESH) };
}

/**
 * Takes one block of outcomes into the evidence: a Shiryaev–Roberts e-detector (Shin, Ramdas & Rinaldo, "E-detectors", 2023) whose
 * increments are the bets 1 ± stake · (residual ∓ tolerance) of Waudby-Smith & Ramdas ("Estimating means of bounded random
 * variables by betting", JRSS B 2024). Each increment has mean at most 1 while the residual is within the tolerance, so the
 * mixture minus the number of blocks is a supermartingale, and stopping at `averageRunLength` has at least that average run length.
 * A block is a whole day: residuals of flights of one day are far from independent, their mean is one honest observation.
 *
 * @param residual mean of outcome minus probability over the block, in [-1, 1]
 */
export function observeResidual(
  plan: ResidualDetectorPlan,
  state: ResidualDetectorState,
  residual: number,
): { readonly state: ResidualDetectorState; readonly verdict: ResidualVerdict } {
  requirePlan(plan);
  requireState(plan, state);
  if (!(residual >= -1 && residual <= 1)) {
    throw new Problem('invalid', 'statistics/residual-out-of-range', 'a mean residual must lie in [-1, 1]', { residual });
  }
  const block = state.blocks + 1;
  const next: ResidualDetectorState = {
    blocks: block,
    tooLow: state.tooLow.map((stake, i) => bet(stake, 1 + plan.stakes[i]! * (residual - plan.tolerance), block)),
    tooHigh: state.tooHigh.map((stake, i) => bet(stake, 1 - plan.stakes[i]! * (residual + plan.tolerance), block)),
  };
  return { state: next, verdict: residualVerdict(plan, next) };
}

/** What the evidence of a state says. */
export function residualVerdict(plan: ResidualDetectorPlan, state: ResidualDetectorState): ResidualVerdict {
  const low = mean(state.tooLow);
  const high = mean(state.tooHigh);
  const evidence = (low + high) / 2;
  const side = low >= high ? state.tooLow : state.tooHigh;
  const leading = side.reduce((best, stake) => (stake.evidence > best.evidence ? stake : best));
  return {
    evidence,
    threshold: plan.averageRunLength,
    alarmed: evidence >= plan.averageRunLength,
    direction: low >= high ? 'forecasts-too-low' : 'forecasts-too-high',
    since: leading.bestStart,
  };
}

function bet(stake: StakeState, factor: number, block: number): StakeState {
  const restarts = stake.bestWealth <= 1;
  return {
    evidence: Math.min((stake.evidence + 1) * factor, Number.MAX_VALUE),
    bestWealth: Math.min(Math.max(stake.bestWealth, 1) * factor, Number.MAX_VALUE),
    bestStart: restarts ? block : stake.bestStart,
  };
}

function mean(stakes: readonly StakeState[]): number {
  return stakes.reduce((sum, stake) => sum + stake.evidence / stakes.length, 0);
}

function requirePlan(plan: ResidualDetectorPlan): void {
  const { averageRunLength, tolerance, stakes } = plan;
  if (!(averageRunLength >= 1 && averageRunLength < Infinity)) {
    throw new Problem('invalid', 'statistics/average-run-length', 'the average run length must be at least one block', {
      averageRunLength,
    });
  }
  if (!(tolerance >= 0 && tolerance < 1)) {
    throw new Problem('invalid', 'statistics/tolerance', 'the tolerance must lie in [0, 1)', { tolerance });
  }
  if (stakes.length === 0 || stakes.length > 100 || stakes.some((stake) => !(stake > 0 && stake * (1 + tolerance) < 1))) {
    throw new Problem('invalid', 'statistics/stakes', 'stakes must be 1 to 100 numbers between 0 and 1 / (1 + tolerance)');
  }
}

function requireState(plan: ResidualDetectorPlan, state: ResidualDetectorState): void {
  if (state.tooLow.length !== plan.stakes.length || state.tooHigh.length !== plan.stakes.length) {
    throw new Problem('conflict', 'statistics/detector-plan-changed', 'the state was made for another plan; start anew');
  }
}
