import type { Story } from '../story.js';

/** The five dimensions, declared and by evidence. */
export interface MaturitySummary {
  readonly readyForMlops: boolean;
  readonly dimensions: readonly {
    readonly dimension: string;
    readonly declared: number | null;
    readonly evidence: number | null;
    readonly shown: number | null;
    readonly evidenceShare: number;
  }[];
  readonly notObserved: readonly string[];
}

const QUERY = `{ maturity { readyForMlops dimensions { dimension declared evidence shown evidenceShare } answers { question evidence } } }`;

export async function summarizeMaturity(story: Story): Promise<MaturitySummary> {
  const { maturity } = await story.graph.ask<{
    readonly maturity: Omit<MaturitySummary, 'notObserved'> & {
      readonly answers: readonly { readonly question: string; readonly evidence: number | null }[];
    };
  }>('executive', QUERY);
  const { answers, ...summary } = maturity;
  return { ...summary, notObserved: answers.filter(({ evidence }) => evidence === null).map(({ question }) => question) };
}
