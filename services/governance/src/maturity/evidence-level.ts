/** What a service's records say about a question: objects that meet its criterion, out of those observed. */
export interface Measure {
  readonly question: string;
  readonly met: number;
  readonly observed: number;
  readonly explanation: string;
}

/** A measure as it was taken on one day. */
export interface DayMeasure {
  readonly day: Date;
  readonly met: number;
  readonly observed: number;
}

/** A level, and in words what keeps it from being higher. */
export interface EvidenceLevel {
  readonly level: number;
  readonly note: string;
}

const DAY_MS = 86_400_000;
/** How long a share must hold before it is level 4; two such periods for level 5. */
const PERIOD_DAYS = 90;
/** Fewer objects than this prove no habit. */
const FEW = 5;

function ratioOf({ met, observed }: Pick<DayMeasure, 'met' | 'observed'>): number {
  return observed === 0 ? 0 : met / observed;
}

/** The last measure taken at or before that moment. */
function asOf(history: readonly DayMeasure[], at: number): DayMeasure | undefined {
  return history.filter(({ day }) => day.getTime() <= at).at(-1);
}

function held(history: readonly DayMeasure[], floor: number, days: number, now: Date): boolean {
  const since = now.getTime() - days * DAY_MS;
  const start = asOf(history, since);
  if (!start || ratioOf(start) < floor) return false;
  return history.every((measure) => measure.day.getTime() < since || ratioOf(measure) >= floor);
}

function notFalling(history: readonly DayMeasure[], ratio: number, now: Date): boolean {
  const ratios = [2, 1]
    .map((periods) => asOf(history, now.getTime() - periods * PERIOD_DAYS * DAY_MS))
    .map((m) => (m ? ratioOf(m) : 1));
  return ratios[0]! <= ratios[1]! && ratios[1]! <= ratio;
}

/**
 * The level that records prove: below 10 % of the objects 1, from 10 % 2, from 60 % 3, from 85 % held for 90 days 4, from 95 % stable or
 * better over two periods and with one improvement closed 5. Fewer than five objects end at 3.
 * @param history measures of days past, oldest first
 * @returns null where nothing was observed: that is not level 1
 */
export function evidenceLevel(
  measure: Measure,
  history: readonly DayMeasure[],
  improvementsClosed: number,
  now: Date,
): EvidenceLevel | null {
  if (measure.observed === 0) return null;
  const ratio = ratioOf(measure);
  if (ratio < 0.1) return { level: 1, note: 'below 10 %' };
  if (ratio < 0.6) return { level: 2, note: 'below 60 %' };
  if (ratio < 0.85) return { level: 3, note: 'below 85 %' };
  if (measure.observed < FEW) return { level: 3, note: `fewer than ${FEW} objects end at level 3` };
  if (!held(history, 0.85, PERIOD_DAYS, now)) return { level: 3, note: `85 % has not held for ${PERIOD_DAYS} days yet` };
  if (ratio < 0.95 || !held(history, 0.95, 2 * PERIOD_DAYS, now))
    return { level: 4, note: '95 % has not held for two periods yet' };
  if (!notFalling(history, ratio, now)) return { level: 4, note: 'falling over two periods' };
  if (improvementsClosed === 0) return { level: 4, note: 'no improvement of the plan has been closed' };
  return { level: 5, note: '' };
}
