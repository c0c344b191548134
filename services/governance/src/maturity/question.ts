import { DATA_QUESTIONS } from './data-questions.js';
import { GOVERNANCE_QUESTIONS } from './governance-questions.js';
import { MLOPS_QUESTIONS } from './mlops-questions.js';
import { ORGANIZATION_QUESTIONS } from './organization-questions.js';
import { STRATEGY_QUESTIONS } from './strategy-questions.js';

export const DIMENSIONS = ['strategy', 'governance', 'organization', 'data', 'mlops'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** A question of the assessment: its text, and what each of the levels 1 to 5 looks like. */
export interface Question {
  readonly code: string;
  readonly dimension: Dimension;
  readonly text: string;
  readonly levels: readonly [string, string, string, string, string];
}

/** The thirty questions, six of each dimension. */
export const QUESTIONS: readonly Question[] = [
  ...STRATEGY_QUESTIONS.map((question) => ({ ...question, dimension: 'strategy' as const })),
  ...GOVERNANCE_QUESTIONS.map((question) => ({ ...question, dimension: 'governance' as const })),
  ...ORGANIZATION_QUESTIONS.map((question) => ({ ...question, dimension: 'organization' as const })),
  ...DATA_QUESTIONS.map((question) => ({ ...question, dimension: 'data' as const })),
  ...MLOPS_QUESTIONS.map((question) => ({ ...question, dimension: 'mlops' as const })),
];

const BY_CODE: ReadonlyMap<string, Question> = new Map(QUESTIONS.map((question) => [question.code, question]));

export function questionOf(code: string): Question | undefined {
  return BY_CODE.get(code);
}
