import type { EvidenceQuestion } from '#libs/evidence';

/** What the features service can say about the company's maturity, from its own tables. */
export const EVIDENCE: readonly EvidenceQuestion[] = [
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
