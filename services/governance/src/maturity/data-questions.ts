import type { Seed } from './seed.js';

/** What models are fed with. */
export const DATA_QUESTIONS: readonly Seed[] = [
  {
    code: 'D1',
    text: 'Is data known and owned?',
    levels: [
      'files',
      'some datasets are listed, with somebody to ask',
      'catalogued, owner, schema',
      'most datasets in use have a contract',
      'contracts with consumers',
    ],
  },
  {
    code: 'D2',
    text: 'Is data validated before use?',
    levels: [
      'by eye',
      'some checks, after trouble',
      'at ingest, blocking',
      'every version checked, pass rates watched, offenders kept',
      'rules learned from incidents',
    ],
  },
  {
    code: 'D3',
    text: 'Is data protected?',
    levels: [
      'open',
      'some is closed, by agreement',
      'classified, least privilege',
      'nearly all columns classified, access recorded and looked at',
      'purpose-bound, reviewed',
    ],
  },
  {
    code: 'D4',
    text: 'Can training data be reproduced?',
    levels: [
      'no',
      'from notes, if nothing was overwritten',
      'pinned version + hash',
      'pinned for every run, and rebuilt when asked',
      'rebuilt and compared on schedule',
    ],
  },
  {
    code: 'D5',
    text: 'Are features shared?',
    levels: [
      'copied',
      'some code is passed around',
      'feature store for new models',
      'most inputs of live models come from the store',
      'reuse is the default',
    ],
  },
  {
    code: 'D6',
    text: 'Same features in training and serving?',
    levels: [
      'unknown',
      'compared by hand, for some',
      'skew checked per release',
      'skew checked per release and watched between them',
      'continuous',
    ],
  },
];
