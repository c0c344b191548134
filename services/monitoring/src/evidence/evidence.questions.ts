import type { EvidenceQuestion } from '#libs/evidence';

/** What monitoring can say about the company's maturity, from its own tables. */
export const EVIDENCE: readonly EvidenceQuestion[] = [
  {
    question: 'M5',
    explanation: 'endpoints with decisions that have drift, performance and value evaluated',
    sql: `select count(*) filter (where exists (select from monitor_window w where w.monitor_id = m.id and w.closed))::int as met, count(*)::int as observed
            from monitor m where exists (select from decision d where d.endpoint_id = m.endpoint_id)`,
  },
  {
    question: 'D6',
    explanation: 'endpoints whose served vectors all equalled the offline ones when they were compared last',
    sql: `select count(*) filter (where different = 0)::int as met, count(*)::int as observed from
            (select distinct on (monitor_id) different from skew_check where compared_values > 0 order by monitor_id, starts_at desc) newest`,
  },
  {
    question: 'S2',
    explanation: 'endpoints with decisions whose realised value is measured',
    sql: `select count(*) filter (where exists (select from month_value v where v.monitor_id = m.id and v.labelled > 0))::int as met, count(*)::int as observed
            from monitor m where exists (select from decision d where d.endpoint_id = m.endpoint_id)`,
  },
  {
    question: 'S6',
    explanation: 'endpoints where people have overridden decisions, with a reason',
    sql: `select count(*) filter (where exists (select from decision_override o join decision d on d.workspace = o.workspace and d.id = o.decision_id where d.endpoint_id = m.endpoint_id))::int as met,
                 count(*)::int as observed from monitor m where exists (select from decision d where d.endpoint_id = m.endpoint_id)`,
  },
  {
    question: 'G5',
    explanation: 'alerts acknowledged within a working day and, where resolved, with a reason',
    sql: `select count(*) filter (where acknowledged_at <= recorded_at + interval '8 hours' and (state <> 'resolved' or resolution is not null))::int as met,
                 count(*)::int as observed from alert`,
  },
  {
    question: 'O5',
    explanation: 'alerts routed to a person',
    sql: `select count(*) filter (where assignee is not null)::int as met, count(*)::int as observed from alert`,
  },
];
