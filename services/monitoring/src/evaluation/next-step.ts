import { dayOf, type EventDay } from '../monitor/event-day.js';
import { MATURITY_MS, newestMatureDay, type Monitor } from '../monitor/monitor.js';

/** A day to test, or days without decisions to pass over. */
export interface EvaluationStep {
  readonly test?: EventDay;
  /** Days before it are tested then. */
  readonly testedUntil: EventDay;
}

/**
 * The next step of a monitor; undefined where it must wait. A day is tested when the outcomes known at its maturity are reported and
 * the decisions of all of them have arrived: then its rows cannot change any more, in whatever order reports and events came.
 *
 * @param firstDecision the first decision at or after `testedUntil`
 * @param firstUnjoined earliest known time of an outcome whose decision has not arrived
 */
export function nextStep(
  monitor: Pick<Monitor, 'completeUntil' | 'testedUntil'>,
  firstDecision: Date | null,
  firstUnjoined: Date | null,
): EvaluationStep | undefined {
  const mature = newestMatureDay(monitor);
  if (mature === undefined) return undefined;
  const newest = firstUnjoined ? Math.min(mature, lastDayBefore(firstUnjoined)) : mature;
  const from = monitor.testedUntil ? dayOf(monitor.testedUntil) : undefined;
  if (firstDecision === null) return from !== undefined && from <= newest ? { testedUntil: newest + 1 } : undefined;
  const day = dayOf(firstDecision);
  if (day <= newest) return { test: day, testedUntil: day + 1 };
  return from !== undefined && from <= newest ? { testedUntil: newest + 1 } : undefined;
}

/** The last day whose maturity lies before a moment: such a day does not need what became known then. */
function lastDayBefore(moment: Date): EventDay {
  return Math.ceil((moment.getTime() - MATURITY_MS) / 86_400_000) - 2;
}
