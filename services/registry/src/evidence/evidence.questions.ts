import type { EvidenceQuestion } from '#libs/evidence';

/** What registry can say about the company's maturity, from its own tables. */
export const EVIDENCE: readonly EvidenceQuestion[] = [
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
