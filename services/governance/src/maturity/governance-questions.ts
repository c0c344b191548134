import type { Seed } from './seed.js';

/** Who may decide, and whether it can be shown afterwards. */
export const GOVERNANCE_QUESTIONS: readonly Seed[] = [
  {
    code: 'G1',
    text: 'Who may put a model in production?',
    levels: [
      'anyone',
      'named people, by word of mouth',
      'two different persons, gate results attached',
      'no way around it, and exceptions are written down with a reason',
      'policy as code, exceptions expire',
    ],
  },
  {
    code: 'G2',
    text: 'Is each use case risk-classified?',
    levels: [
      'no',
      'some are, once',
      'classified, reviewed yearly',
      'controls follow from the class, and are checked',
      'tied to controls automatically',
    ],
  },
  {
    code: 'G3',
    text: 'Is there usable documentation?',
    levels: [
      'none',
      'notes, where somebody wrote them',
      'model card complete for live versions',
      'cards are made with the version, and their gaps are closed',
      'generated, gaps named, readers confirmed',
    ],
  },
  {
    code: 'G4',
    text: 'Can a past decision be reconstructed?',
    levels: [
      'no',
      'for some, in days, by whoever was there',
      'within a day',
      'within minutes, with the approvals, for any sampled decision',
      'by one query, chain verified',
    ],
  },
  {
    code: 'G5',
    text: 'Are incidents handled?',
    levels: [
      'by chance',
      'somebody is called, and it is written down sometimes',
      'on-call, review after',
      'times against a target, and every review ends in an action',
      'fewer repeats',
    ],
  },
  {
    code: 'G6',
    text: 'Is impact on people assessed?',
    levels: [
      'no',
      'for some, after questions came',
      'for high-risk before go-live',
      'for all, with fairness measured on the live version',
      're-assessed on change and drift',
    ],
  },
];
