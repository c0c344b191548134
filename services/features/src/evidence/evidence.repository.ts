import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { withWorkspace } from '#libs/database';

/** Objects that meet a question's criterion, out of those observed. */
export interface Measure {
  readonly question: string;
  readonly met: number;
  readonly observed: number;
  readonly explanation: string;
}

const QUESTIONS: readonly { readonly question: string; readonly explanation: string; readonly sql: string }[] = [
  {
    question: 'O3',
    explanation: 'features of feature services that are described in words',
    sql: `select count(*) filter (where feature->>'description' <> '')::int as met, count(*)::int as observed
            from feature_service s, jsonb_array_elements(s.features) feature`,
  },
  {
    question: 'D5',
    explanation: 'inputs of feature services that come from views of the store, not from the request alone',
    sql: `select count(*) filter (where feature->>'viewId' is not null)::int as met, count(*)::int as observed
            from feature_service s, jsonb_array_elements(s.features) feature`,
  },
  {
    question: 'D4',
    explanation: 'training sets with pinned versions, a hash and no leak',
    sql: `select count(*) filter (where cardinality(dataset_version_ids) > 0 and (leak_report->>'leaks')::int = 0)::int as met,
                 count(*)::int as observed from training_set`,
  },
];

@Injectable()
export class EvidenceRepository {
  constructor(private readonly db: DataSource) {}

  /** Measures the asked questions, or all that the features service can answer. */
  measure(workspace: string, asked: readonly string[]): Promise<readonly Measure[]> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const measures: Measure[] = [];
      for (const { question, explanation, sql } of QUESTIONS) {
        if (asked.length > 0 && !asked.includes(question)) continue;
        const [row] = (await tx.query(sql)) as readonly { readonly met: number; readonly observed: number }[];
        measures.push({ question, explanation, met: row!.met, observed: row!.observed });
      }
      return measures;
    });
  }
}
