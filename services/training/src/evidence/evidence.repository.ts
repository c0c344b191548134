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
    question: 'M1',
    explanation: 'finished runs that record seed, periods, dataset version, training set and model file',
    sql: `select count(*) filter (where cardinality(training_set_ids) > 0
                   and parameters ?& array['seed', 'train', 'calibrate', 'test', 'known_until', 'dataset_version']
                   and exists (select from run_artifact a where a.run_id = run.id and a.name = 'model.onnx'))::int as met,
                 count(*)::int as observed
            from run where state = 'finished'`,
  },
  {
    question: 'M6',
    explanation: 'retrainings begun by an alert that ended in a decision: registered, or refused with its reason',
    sql: `select count(*) filter (where state in ('registered', 'refused'))::int as met, count(*)::int as observed
            from pipeline_run where alert_id is not null and state <> 'running'`,
  },
];

@Injectable()
export class EvidenceRepository {
  constructor(private readonly db: DataSource) {}

  /** Measures the asked questions, or all that training can answer. */
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
