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
    question: 'G1',
    explanation: 'promotions approved by someone else than who requested them',
    sql: `select count(*) filter (where decided_by <> requested_by)::int as met, count(*)::int as observed from promotion where state = 'approved'`,
  },
  {
    question: 'M3',
    explanation: 'approved versions whose gates all passed',
    sql: `select count(*) filter (where passed)::int as met, count(*)::int as observed from (
            select bool_and(g.passed) as passed from model_version v join gate_result g on g.model_version_id = v.id
             where v.stage = 'approved' and g.tested_at = (select max(n.tested_at) from gate_result n where n.model_version_id = v.id and n.kind = g.kind)
             group by v.id) tested`,
  },
  {
    question: 'S3',
    explanation: 'trained versions priced by a contract that both sides signed',
    sql: `select count(*) filter (where metric_contract_id is not null)::int as met, count(*)::int as observed from model_version where kind = 'trained' and stage = 'approved'`,
  },
  {
    question: 'D4',
    explanation: 'trained versions with pinned training sets',
    sql: `select count(*) filter (where cardinality(training_set_ids) > 0)::int as met, count(*)::int as observed from model_version where kind = 'trained'`,
  },
  {
    question: 'M2',
    explanation: 'versions made by a pipeline run',
    sql: `select count(*) filter (where run_id is not null)::int as met, count(*)::int as observed from model_version where kind = 'trained'`,
  },
];

@Injectable()
export class EvidenceRepository {
  constructor(private readonly db: DataSource) {}

  /** Measures the asked questions, or all that the registry can answer. */
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
