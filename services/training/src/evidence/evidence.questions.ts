import type { EvidenceQuestion } from '#libs/evidence';

/** What training can say about the company's maturity, from its own tables. */
export const EVIDENCE: readonly EvidenceQuestion[] = [
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
