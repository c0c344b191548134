import { Problem } from '#libs/problem';
import { DIMENSIONS, questionOf, QUESTIONS, type Dimension, type Question } from './question.js';

/** A level that a person declared. */
export interface DeclaredLevel {
  readonly id: string;
  readonly workspace: string;
  readonly question: string;
  readonly level: number;
  readonly note: string;
  readonly declaredBy: string;
  /** Roles of the person. */
  readonly declaredAs: string;
  readonly declaredAt: Date;
}

/** What the records say about a question; `level` null: not observed. */
export interface EvidenceAnswer {
  readonly level: number | null;
  readonly met: number;
  readonly observed: number;
  readonly explanation: string;
}

/** A question's two answers, side by side. */
export interface MaturityAnswer {
  readonly question: string;
  readonly dimension: Dimension;
  readonly text: string;
  readonly levels: readonly string[];
  readonly declared: number | null;
  readonly declaredBy: string | null;
  readonly declaredAt: Date | null;
  readonly note: string | null;
  readonly evidence: number | null;
  /** The lower of both; the one there is; null where there is neither. */
  readonly shown: number | null;
  readonly met: number;
  readonly observed: number;
  readonly explanation: string;
}

export interface DimensionScore {
  readonly dimension: Dimension;
  readonly declared: number | null;
  readonly evidence: number | null;
  readonly shown: number | null;
  readonly evidenceShare: number;
}

export interface MaturityAssessment {
  readonly asOf: Date;
  readonly dimensions: readonly DimensionScore[];
  readonly readyForMlops: boolean;
  readonly answers: readonly MaturityAnswer[];
  /** Services that did not answer: their records are missing from the evidence. */
  readonly silentServices: readonly string[];
}

/** @throws Problem for an unknown question, a level outside 1…5, a missing note, or a question named twice */
export function checkDeclaration(
  levels: readonly { readonly question: string; readonly level: number; readonly note: string }[],
): void {
  if (levels.length === 0) throw new Problem('invalid', 'governance/no-levels', 'no level was declared');
  for (const { question, level, note } of levels) {
    if (!questionOf(question))
      throw new Problem('invalid', 'governance/question', 'no such question', { question: question.slice(0, 20) });
    if (!Number.isInteger(level) || level < 1 || level > 5) {
      throw new Problem('invalid', 'governance/level', 'a level is a whole number from 1 to 5', { question, level });
    }
    if (note.trim().length < 3 || note.length > 2_000) {
      throw new Problem('invalid', 'governance/note', 'a declared level needs a note, at most 2,000 characters', { question });
    }
  }
  if (new Set(levels.map(({ question }) => question)).size !== levels.length) {
    throw new Problem('invalid', 'governance/question-twice', 'each question is declared once');
  }
}

/** Rounded down; null of nothing. */
export function median(levels: readonly number[]): number | null {
  if (levels.length === 0) return null;
  const sorted = [...levels].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)]!;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1]!;
  return Math.floor((lower + upper) / 2);
}

function shownOf(declared: number | null, evidence: number | null): number | null {
  if (declared === null || evidence === null) return declared ?? evidence;
  return Math.min(declared, evidence);
}

const present = (levels: readonly (number | null)[]): readonly number[] => levels.filter((level) => level !== null);

function answer(question: Question, declared: DeclaredLevel | undefined, evidence: EvidenceAnswer | undefined): MaturityAnswer {
  const { level = null, met = 0, observed = 0, explanation = 'not observed' } = evidence ?? {};
  return {
    question: question.code,
    dimension: question.dimension,
    text: question.text,
    levels: question.levels,
    declared: declared?.level ?? null,
    declaredBy: declared?.declaredBy ?? null,
    declaredAt: declared?.declaredAt ?? null,
    note: declared?.note ?? null,
    evidence: level,
    shown: shownOf(declared?.level ?? null, level),
    met,
    observed,
    explanation,
  };
}

function score(dimension: Dimension, answers: readonly MaturityAnswer[]): DimensionScore {
  const own = answers.filter((each) => each.dimension === dimension);
  return {
    dimension,
    declared: median(present(own.map(({ declared }) => declared))),
    evidence: median(present(own.map(({ evidence }) => evidence))),
    shown: median(present(own.map(({ shown }) => shown))),
    evidenceShare: own.filter(({ evidence }) => evidence !== null).length / own.length,
  };
}

/** Every dimension at least 3, and the mean of MLOps, Data and Governance at least 3.5. */
export function readyForMlops(dimensions: readonly DimensionScore[]): boolean {
  const levels = new Map(dimensions.map(({ dimension, shown }) => [dimension, shown ?? 0]));
  const core = (['mlops', 'data', 'governance'] as const).map((dimension) => levels.get(dimension)!);
  return [...levels.values()].every((level) => level >= 3) && core.reduce((sum, level) => sum + level, 0) / core.length >= 3.5;
}

/** Puts what was declared beside what the records prove. */
export function assess(
  declared: readonly DeclaredLevel[],
  evidence: ReadonlyMap<string, EvidenceAnswer>,
  silentServices: readonly string[],
  asOf: Date,
): MaturityAssessment {
  const byQuestion = new Map(declared.map((level) => [level.question, level]));
  const answers = QUESTIONS.map((question) => answer(question, byQuestion.get(question.code), evidence.get(question.code)));
  const dimensions = DIMENSIONS.map((dimension) => score(dimension, answers));
  return { asOf, dimensions, readyForMlops: readyForMlops(dimensions), answers, silentServices };
}
