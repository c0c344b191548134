import type { EvidenceQuestion } from '#libs/evidence';

/** What serving can say about the company's maturity, from its own tables. */
export const EVIDENCE: readonly EvidenceQuestion[] = [
  {
    question: 'S1',
    explanation: 'endpoints that belong to a use case',
    sql: `select count(*) filter (where use_case_id <> '')::int as met, count(*)::int as observed from endpoint`,
  },
  {
    question: 'S6',
    explanation: 'endpoints at which people have overridden decisions',
    sql: `select count(*) filter (where overridden)::int as met, count(*)::int as observed from (
            select exists (select from decision d join decision_override o on o.decision_id = d.id where d.endpoint_id = e.id) as overridden
              from endpoint e where exists (select from decision d where d.endpoint_id = e.id)) answered`,
  },
  {
    question: 'G4',
    explanation: 'the newest 1,000 decisions with version, request and features on record',
    sql: `select count(*) filter (where v.version_id is not null and l.id is not null and json_array_length(d.features) = json_array_length(l.features))::int as met,
                 count(*)::int as observed
            from (select * from decision order by decided_at desc, id desc limit 1000) d
            left join deployment v on v.endpoint_id = d.endpoint_id and v.version_id = d.version_id
            left join decision_layout l on l.id = d.layout_id`,
  },
  {
    question: 'M4',
    explanation: 'versions that became champion through a canary',
    sql: `select count(*) filter (where steps[1] < 100)::int as met, count(*)::int as observed from rollout where state = 'completed'`,
  },
];
