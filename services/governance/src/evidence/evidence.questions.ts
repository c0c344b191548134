import type { EvidenceQuestion } from '#libs/evidence';

const HAS_CONTRACT = 'exists (select from metric_contract c where c.use_case_id = d.use_case_id and c.signed_at is not null)';
const ACTIVE = (role: string): string => `exists (
  select from jsonb_to_recordset(u.roles) as r(role text, person text) join audit_record a on a.actor = r.person
  where r.role = '${role}' and a.acted_at > now() - interval '30 days')`;

/** What governance's tables say about the company's maturity. */
export const evidenceQuestions: readonly EvidenceQuestion[] = [
  {
    question: 'S1',
    explanation: 'deployments of a use case with owner and expected value',
    sql: `select count(*) filter (where u.owner <> '' and ${HAS_CONTRACT})::int as met, count(*)::int as observed
          from deployment d left join use_case u on u.id = d.use_case_id`,
  },
  {
    question: 'S2',
    explanation: 'use cases in operation whose realised value was measured in the last 90 days',
    sql: `select count(*) filter (where exists (
            select from ledger_entry l where l.use_case_id = d.use_case_id and l.arm in ('champion', 'challenger')
              and l.decisions_with_outcome > 0 and l.recorded_at > now() - interval '90 days'))::int as met, count(*)::int as observed
          from (select distinct use_case_id from deployment) d`,
  },
  {
    question: 'S3',
    explanation: 'deployments under a metric contract that both sides signed',
    sql: `select count(*) filter (where ${HAS_CONTRACT})::int as met, count(*)::int as observed from deployment d`,
  },
  {
    question: 'S4',
    explanation: 'use cases whose first decisions were accounted for within 90 days of their opening',
    sql: `select count(*) filter (where first - u.created_at <= interval '90 days')::int as met, count(*)::int as observed
          from (select use_case_id, min(first_recorded_at) as first from ledger_entry
                where arm in ('champion', 'challenger') and decisions > 0 group by use_case_id) l
          join use_case u on u.id = l.use_case_id`,
  },
  {
    question: 'S5',
    explanation: 'plan items with owner and date that were reached on time, or are not due yet',
    sql: `select count(*) filter (where coalesce(reached_on, current_date) <= due_on)::int as met, count(*)::int as observed from plan_item`,
  },
  {
    question: 'G2',
    explanation: 'use cases whose risk class was reviewed within a year',
    sql: `select count(*) filter (where risk_reviewed_at > now() - interval '1 year')::int as met, count(*)::int as observed from use_case`,
  },
  {
    question: 'O1',
    explanation: 'of the six roles of each use case, those that are filled',
    sql: `select coalesce(sum(jsonb_array_length(roles)), 0)::int as met, (6 * count(*))::int as observed from use_case`,
  },
  {
    question: 'O2',
    explanation: 'use cases in operation with ML Engineer and Business Owner both active in the last 30 days',
    sql: `select count(*) filter (where ${ACTIVE('ml-engineer')} and ${ACTIVE('business-owner')})::int as met, count(*)::int as observed
          from use_case u where exists (select from deployment d where d.use_case_id = u.id)`,
  },
];
