import type { EvidenceQuestion } from '#libs/evidence';

const LATEST = `select distinct on (v.dataset_id) v.*, d.classifications, d.owner from dataset_version v
  join dataset d on d.id = v.dataset_id order by v.dataset_id, v.number desc`;

/** What the data service can say about the company's maturity, from its own tables. */
export const EVIDENCE: readonly EvidenceQuestion[] = [
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
