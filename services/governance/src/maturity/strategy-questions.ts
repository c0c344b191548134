import type { Seed } from './seed.js';

/** What the company wants of AI, and what it gets. */
export const STRATEGY_QUESTIONS: readonly Seed[] = [
  {
    code: 'S1',
    text: 'Are AI use cases a managed portfolio?',
    levels: [
      'ad hoc',
      'a list is kept, and some live models belong to a use case',
      'every live model belongs to a use case with owner and expected value',
      'the portfolio is reviewed on a schedule, and use cases are started and stopped from it',
      'the portfolio is re-ranked by realised value',
    ],
  },
  {
    code: 'S2',
    text: 'Is value measured after go-live?',
    levels: [
      'no',
      'measured once, for some, after go-live',
      'measured for most, quarterly',
      'measured monthly for nearly all, expected beside realised',
      'drives funding and retirement',
    ],
  },
  {
    code: 'S3',
    text: 'Do business and AI teams agree what performance means?',
    levels: [
      'model metric only',
      'the value is talked about, and written down for some',
      'signed metric contract',
      'no live version without a contract in force, and gates read it',
      'contract revised from outcomes',
    ],
  },
  {
    code: 'S4',
    text: 'How fast from idea to first production decision?',
    levels: [
      'unknown',
      'known for some, mostly longer than 90 days',
      'under 90 days median',
      'under 60 days median, and known step by step',
      'under 30 and falling',
    ],
  },
  {
    code: 'S5',
    text: 'Is there a transformation plan that moves?',
    levels: [
      'none',
      'a plan exists, some items have an owner',
      'owners, dates, monthly review',
      'most items are done on time, and each names its evidence',
      'targets met, re-baselined',
    ],
  },
  {
    code: 'S6',
    text: 'Is user experience heard?',
    levels: [
      'no',
      'asked for now and then',
      'feedback collected',
      'feedback and overrides are reviewed, and answered with a decision',
      'changes models',
    ],
  },
];
