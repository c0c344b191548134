import type { Seed } from './seed.js';

/** Who does it, and what happens when they are away. */
export const ORGANIZATION_QUESTIONS: readonly Seed[] = [
  {
    code: 'O1',
    text: 'Are the six roles filled per use case?',
    levels: ['one hero', 'some are named', 'all named', 'all named and active', 'all active, deputies named'],
  },
  {
    code: 'O2',
    text: 'Does an ML Engineer link business and AI?',
    levels: [
      'no',
      'on some cases, besides other work',
      'named on each live case',
      'active with the business side on each live case every month',
      'measured hand-over times',
    ],
  },
  {
    code: 'O3',
    text: 'Is there a shared vocabulary?',
    levels: [
      'no',
      'some terms are written down',
      'glossary for metrics and features',
      'every metric and feature in use has a business definition',
      'used in alerts and reports',
    ],
  },
  {
    code: 'O4',
    text: "Are people trained, and are models' outcomes in leaders' objectives?",
    levels: [
      'no',
      'some, on their own account',
      'by role',
      'by role and renewed, and outcomes stand in the objectives',
      'refreshed, measured',
    ],
  },
  {
    code: 'O5',
    text: 'Who is called?',
    levels: [
      'nobody',
      'whoever built it',
      'owner + escalation for each deployment',
      'every alert reaches a person, and the escalation is tried',
      'rota load watched',
    ],
  },
  {
    code: 'O6',
    text: 'What if one person leaves?',
    levels: [
      'stops',
      'somebody could take over, after a search',
      'two people per model',
      'two people work on each model in every quarter',
      'rotation',
    ],
  },
];
