import { evidenceLevel, type DayMeasure } from './evidence-level.js';

const now = new Date('2026-11-23T12:00:00Z');
const measure = (met: number, observed: number) => ({ question: 'M3', met, observed, explanation: 'versions' });
/** One measure every `step` days, from `from` days ago until today. */
const history = (from: number, share: (daysAgo: number) => number, step = 10): DayMeasure[] =>
  Array.from({ length: Math.floor(from / step) + 1 }, (_, index) => from - index * step).map((daysAgo) => ({
    day: new Date(now.getTime() - daysAgo * 86_400_000),
    met: Math.round(100 * share(daysAgo)),
    observed: 100,
  }));
const level = (met: number, observed: number, past: readonly DayMeasure[] = [], closed = 0) =>
  evidenceLevel(measure(met, observed), past, closed, now)?.level ?? null;

describe('the level that records prove', () => {
  it('is none where nothing was observed, which is not level 1', () => {
    expect(level(0, 0)).toBeNull();
    expect(level(0, 10)).toBe(1);
  });

  it('follows the cut-offs of the share', () => {
    expect([9, 10, 59, 60, 84].map((met) => level(met, 100))).toEqual([1, 2, 2, 3, 3]);
  });

  it('is level 4 only when the share has held for 90 days', () => {
    expect(
      level(
        90,
        100,
        history(60, () => 0.9),
      ),
    ).toBe(3);
    expect(
      level(
        90,
        100,
        history(90, () => 0.9),
      ),
    ).toBe(4);
    expect(
      level(
        90,
        100,
        history(120, (daysAgo) => (daysAgo === 50 ? 0.8 : 0.9)),
      ),
    ).toBe(3);
    expect(
      level(
        90,
        100,
        history(120, (daysAgo) => (daysAgo > 100 ? 0.5 : 0.9)),
      ),
    ).toBe(4);
  });

  it('is level 5 after two periods, not falling, with an improvement closed', () => {
    const steady = history(180, () => 0.97);
    expect(level(97, 100, steady, 1)).toBe(5);
    expect(level(97, 100, steady, 0)).toBe(4);
    expect(level(96, 100, steady, 1)).toBe(4);
    expect(
      level(
        97,
        100,
        history(170, () => 0.97),
        1,
      ),
    ).toBe(4);
  });

  it('ends at 3 with fewer than five objects, and says so', () => {
    expect(
      evidenceLevel(
        measure(4, 4),
        history(180, () => 1),
        1,
        now,
      ),
    ).toEqual({
      level: 3,
      note: expect.stringContaining('fewer than 5'),
    });
  });
});
