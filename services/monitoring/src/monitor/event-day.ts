/** Days, windows and months of event time. A day is its whole number since 1970-01-01, UTC. */
export type EventDay = number;

const DAY_MS = 86_400_000;
/** Windows are weeks from Monday; 1970-01-01 was a Thursday. */
const MONDAY_OFFSET = 3;
export const WINDOW_DAYS = 7;

export function dayOf(moment: Date): EventDay {
  return Math.floor(moment.getTime() / DAY_MS);
}

export function startOf(day: EventDay): Date {
  return new Date(day * DAY_MS);
}

/** First day of the window that holds the day. */
export function windowOf(day: EventDay): EventDay {
  return day - ((((day + MONDAY_OFFSET) % WINDOW_DAYS) + WINDOW_DAYS) % WINDOW_DAYS);
}

/** First day of the month that holds the day. */
export function monthOf(day: EventDay): EventDay {
  const date = startOf(day);
  return dayOf(new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)));
}

/** First day of the month after. */
export function monthAfter(month: EventDay): EventDay {
  const date = startOf(month);
  return dayOf(new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)));
}

/** ISO 8601: "2013-06-01". */
export function isoDate(day: EventDay): string {
  return startOf(day).toISOString().slice(0, 10);
}
