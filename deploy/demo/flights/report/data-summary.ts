import type { Story } from '../story.js';

/** What a contract found in the newest version of a dataset. */
export interface DataSummary {
  readonly dataset: string;
  readonly version: number;
  readonly collected: number;
  readonly accepted: number;
  readonly flagged: number;
  readonly quarantined: number;
  readonly rules: readonly { readonly rule: string; readonly action: string; readonly brokenRows: number }[];
}

interface Answer {
  readonly dataset: {
    readonly latest: {
      readonly number: number;
      readonly collectedRows: number;
      readonly acceptedRows: number;
      readonly flaggedRows: number;
      readonly quarantinedRows: number;
      readonly validation: { readonly results: DataSummary['rules'] } | null;
    };
  };
}

const QUERY = `query Dataset($name: String!) {
  dataset(name: $name) { latest { number collectedRows acceptedRows flaggedRows quarantinedRows validation { results { rule action brokenRows } } } }
}`;

export async function summarizeData(story: Story, names: Iterable<string>): Promise<readonly DataSummary[]> {
  const summaries: DataSummary[] = [];
  for (const name of names) {
    const { latest } = (await story.graph.ask<Answer>('data-engineer', QUERY, { name })).dataset;
    summaries.push({
      dataset: name,
      version: latest.number,
      collected: latest.collectedRows,
      accepted: latest.acceptedRows,
      flagged: latest.flaggedRows,
      quarantined: latest.quarantinedRows,
      rules: latest.validation?.results ?? [],
    });
  }
  return summaries;
}
