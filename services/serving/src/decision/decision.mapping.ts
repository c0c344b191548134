import { EntitySchema } from 'typeorm';
import type { Decision, DecisionLayout, Override } from './decision.js';

export const decisionMapping = new EntitySchema<Decision>({
  name: 'decision',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    endpointId: { name: 'endpoint_id', type: 'text' },
    versionId: { name: 'version_id', type: 'text' },
    arm: { type: 'text' },
    decidedAt: { name: 'decided_at', type: 'timestamptz', precision: 3 },
    rowKey: { name: 'row_key', type: 'text' },
    probability: { type: 'double precision' },
    threshold: { type: 'double precision' },
    proposedAct: { name: 'proposed_act', type: 'boolean' },
    baselineAct: { name: 'baseline_act', type: 'boolean', nullable: true },
    layoutId: { name: 'layout_id', type: 'text' },
    // Not jsonb: the digits of a number stay as they were written.
    request: { type: 'json' },
    features: { type: 'json' },
  },
});

export const decisionLayoutMapping = new EntitySchema<DecisionLayout & { readonly workspace: string }>({
  name: 'decision_layout',
  columns: {
    workspace: { type: 'text', primary: true },
    id: { type: 'text', primary: true },
    request: { type: 'json' },
    features: { type: 'json' },
  },
});

export const overrideMapping = new EntitySchema<Override>({
  name: 'decision_override',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    decisionId: { name: 'decision_id', type: 'text' },
    act: { type: 'boolean' },
    by: { name: 'overridden_by', type: 'text' },
    reason: { type: 'text' },
    at: { name: 'overridden_at', type: 'timestamptz', precision: 3 },
  },
});
