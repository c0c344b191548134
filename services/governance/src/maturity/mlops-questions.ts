import type { Seed } from './seed.js';

/** How models are made, released and kept. */
export const MLOPS_QUESTIONS: readonly Seed[] = [
  {
    code: 'M1',
    text: 'Is training reproducible?',
    levels: [
      'laptop',
      'code is kept, data and parameters sometimes',
      'code + data + params + environment recorded',
      'recorded for nearly every version, and a replay is tried',
      're-run equal within tolerance',
    ],
  },
  {
    code: 'M2',
    text: 'Are pipelines automated?',
    levels: [
      'manual',
      'scripts, started by hand',
      'scheduled or event-driven',
      'nearly all versions come from a pipeline that survives a crash',
      'continuous training with guard',
    ],
  },
  {
    code: 'M3',
    text: 'Are models tested?',
    levels: [
      'accuracy once',
      'some tests, by hand, before a release',
      'data, slice, robustness, latency gates',
      'no promotion without all gates, value among them',
      'gates tuned from escapes',
    ],
  },
  {
    code: 'M4',
    text: 'Are releases safe?',
    levels: [
      'big bang',
      'a way back exists, by hand',
      'shadow or canary, one-click rollback',
      'nearly all by canary, and rollback is timed',
      'automatic rollback proved monthly',
    ],
  },
  {
    code: 'M5',
    text: 'Is production watched?',
    levels: [
      'no',
      'service for some, performance when somebody asks',
      'drift + service for all',
      'drift, service and calibration for all, each with an owner',
      'estimated and realised performance with label maturity',
    ],
  },
  {
    code: 'M6',
    text: 'Does monitoring change the model?',
    levels: [
      'no',
      'now and then, when somebody looks',
      'alert -> decision recorded',
      'alerts start the retraining, and the decision follows in time',
      'measured loop',
    ],
  },
];
