import { dayOf, monthAfter, monthOf, windowOf, isoDate, startOf } from '../monitor/event-day.js';
import { maturityOf, newestMatureDay } from '../monitor/monitor.js';
import { nextStep } from './next-step.js';

const DAY = dayOf(new Date('2013-06-05T00:00:00Z'));
const hours = (n: number): number => n * 3_600_000;
const moment = (day: number, hour = 12): Date => new Date(startOf(day).getTime() + hours(hour));

describe('event days', () => {
  it('belong to one week from Monday and one month', () => {
    for (let day = DAY - 400; day < DAY + 400; day++) {
      const week = windowOf(day);
      expect(startOf(week).getUTCDay()).toBe(1);
      expect(day - week).toBeGreaterThanOrEqual(0);
      expect(day - week).toBeLessThan(7);
      expect(isoDate(monthOf(day))).toBe(`${isoDate(day).slice(0, 7)}-01`);
      expect(monthAfter(monthOf(day))).toBeGreaterThan(day);
    }
  });
});

describe('the next step of an evaluation', () => {
  const monitor = (completeUntil: Date | null, testedUntil: Date | null) => ({ completeUntil, testedUntil });

  it('is nothing before any outcome was reported', () => {
    expect(nextStep(monitor(null, null), moment(DAY), null)).toBeUndefined();
  });

  it('is a day from the very millisecond of its maturity on', () => {
    const mature = maturityOf(DAY);
    expect(nextStep(monitor(mature, null), moment(DAY), null)).toEqual({ test: DAY, testedUntil: DAY + 1 });
    expect(nextStep(monitor(new Date(mature.getTime() - 1), null), moment(DAY), null)).toBeUndefined();
    expect(newestMatureDay({ completeUntil: mature })).toBe(DAY);
  });

  it('waits for the decision of an outcome that the day needs, and for no other', () => {
    const complete = maturityOf(DAY + 10);
    expect(nextStep(monitor(complete, null), moment(DAY), maturityOf(DAY))).toBeUndefined();
    expect(nextStep(monitor(complete, null), moment(DAY), new Date(maturityOf(DAY).getTime() + 1))).toEqual({
      test: DAY,
      testedUntil: DAY + 1,
    });
  });

  it('passes over days on which nothing was decided, as far as the outcomes are complete', () => {
    const complete = maturityOf(DAY + 10);
    expect(nextStep(monitor(complete, startOf(DAY)), null, null)).toEqual({ testedUntil: DAY + 11 });
    expect(nextStep(monitor(complete, startOf(DAY)), moment(DAY + 20), null)).toEqual({ testedUntil: DAY + 11 });
    expect(nextStep(monitor(complete, startOf(DAY)), moment(DAY + 4), null)).toEqual({ test: DAY + 4, testedUntil: DAY + 5 });
    expect(nextStep(monitor(complete, startOf(DAY + 11)), null, null)).toBeUndefined();
  });
});
