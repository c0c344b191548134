import fc from 'fast-check';
import { assess, checkDeclaration, median, readyForMlops, type DeclaredLevel } from './maturity.js';
import { mergeMeasures } from './merge-measures.js';
import { DIMENSIONS, QUESTIONS } from './question.js';

const now = new Date('2026-11-23T12:00:00Z');
const declared = (question: string, level: number): DeclaredLevel => ({
  id: question,
  workspace: 'main',
  question,
  level,
  note: 'so we think',
  declaredBy: 'person:executive',
  declaredAs: 'executive',
  declaredAt: now,
});
const proven = (level: number) => ({ level, met: 1, observed: 1, explanation: '' });

describe('the thirty questions', () => {
  it('are six of each dimension, each with five levels that differ', () => {
    expect(QUESTIONS).toHaveLength(30);
    for (const dimension of DIMENSIONS) expect(QUESTIONS.filter((question) => question.dimension === dimension)).toHaveLength(6);
    expect(new Set(QUESTIONS.map(({ code }) => code)).size).toBe(30);
    for (const { levels } of QUESTIONS) expect(new Set(levels).size).toBe(5);
  });
});

describe('an assessment', () => {
  it('shows the lower of both levels, and the one there is', () => {
    const { answers } = assess(
      [declared('M1', 4), declared('M2', 2), declared('M3', 5)],
      new Map([
        ['M1', proven(3)],
        ['M2', proven(3)],
        ['M4', proven(2)],
      ]),
      [],
      now,
    );
    const shown = Object.fromEntries(answers.map(({ question, shown }) => [question, shown]));
    expect(shown).toMatchObject({ M1: 3, M2: 2, M3: 5, M4: 2, M5: null });
  });

  it('scores a dimension by the median, and says how much rests on evidence', () => {
    const { dimensions } = assess([declared('D1', 4), declared('D2', 3)], new Map([['D1', proven(2)]]), [], now);
    expect(dimensions.find(({ dimension }) => dimension === 'data')).toEqual({
      dimension: 'data',
      declared: 3,
      evidence: 2,
      shown: 2,
      evidenceShare: 1 / 6,
    });
    expect(dimensions.find(({ dimension }) => dimension === 'mlops')).toMatchObject({
      declared: null,
      evidence: null,
      shown: null,
    });
  });

  it('finds ready whom every dimension carries, and the three that matter most a little further', () => {
    const scores = (levels: readonly number[]) =>
      DIMENSIONS.map((dimension, index) => ({
        dimension,
        declared: null,
        evidence: null,
        shown: levels[index] ?? null,
        evidenceShare: 0,
      }));
    expect(readyForMlops(scores([3, 4, 3, 4, 3]))).toBe(true); // strategy, governance, organization, data, mlops
    expect(readyForMlops(scores([3, 3, 3, 4, 3]))).toBe(false);
    expect(readyForMlops(scores([2, 5, 5, 5, 5]))).toBe(false);
    expect(readyForMlops(scores([]))).toBe(false);
  });

  it('takes a median between the lowest and the highest', () => {
    expect(median([])).toBeNull();
    expect(median([1, 2])).toBe(1);
    expect(median([2, 5, 3])).toBe(3);
    const levels = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 });
    fc.assert(
      fc.property(levels, (list) => {
        const middle = median(list)!;
        expect(list.filter((level) => level < middle).length).toBeLessThanOrEqual(list.length / 2);
        expect(list.filter((level) => level > middle + 1).length).toBeLessThanOrEqual(list.length / 2);
      }),
    );
  });
});

describe('a declaration', () => {
  const refused =
    (question: string, level: number, note = 'because') =>
    () =>
      checkDeclaration([{ question, level, note }]);
  it('names a question once, a level from 1 to 5, and why', () => {
    expect(refused('X1', 3)).toThrow(expect.objectContaining({ slug: 'governance/question' }));
    expect(refused('S1', 6)).toThrow(expect.objectContaining({ slug: 'governance/level' }));
    expect(refused('S1', 3, ' ')).toThrow(expect.objectContaining({ slug: 'governance/note' }));
    const twice = [1, 2].map((level) => ({ question: 'S1', level, note: 'because' }));
    expect(() => checkDeclaration(twice)).toThrow(expect.objectContaining({ slug: 'governance/question-twice' }));
  });
});

describe('evidence of several services', () => {
  it('is as strong as its weakest side, and names all', () => {
    const side = (met: number, observed: number, explanation: string) => ({ question: 'D4', met, observed, explanation });
    const merged = mergeMeasures([
      { service: 'registry', measures: [side(9, 10, 'versions')] },
      { service: 'training', measures: [side(1, 2, 'runs')] },
      { service: 'data', measures: [side(0, 0, 'nothing')] },
    ]);
    expect(merged.get('D4')).toEqual({
      question: 'D4',
      met: 1,
      observed: 2,
      explanation: 'registry: versions (9 of 10); training: runs (1 of 2)',
    });
  });
});
