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

const LATEST = `select distinct on (v.dataset_id) v.*, d.classifications, d.owner from dataset_version v
  join dataset d on d.id = v.dataset_id order by v.dataset_id, v.number desc`;

const QUESTIONS: readonly { readonly question: string; readonly explanation: string; readonly sql: string }[] = [
  {
    question: 'D1',
    explanation: 'datasets with rows that have an owner and a contract',
    sql: `select count(*) filter (where owner <> '' and exists (select from data_contract c where c.dataset_id = l.dataset_id))::int as met,
                 count(*)::int as observed from (${LATEST}) l`,
  },
  {
    question: 'D2',
    explanation: 'dataset versions that were checked against a contract before they could be read',
    sql: `select count(*) filter (where validation is not null)::int as met, count(*)::int as observed from dataset_version`,
  },
  {
    question: 'D3',
    explanation: 'columns of the newest versions that somebody classified',
    sql: `select count(*) filter (where l.classifications ? (c.value ->> 'name'))::int as met, count(*)::int as observed
            from (${LATEST}) l cross join lateral jsonb_array_elements(l.columns) c`,
  },
];

@Injectable()
export class EvidenceRepository {
  constructor(private readonly db: DataSource) {}

  /** Measures the asked questions, or all that the data service can answer. */
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
