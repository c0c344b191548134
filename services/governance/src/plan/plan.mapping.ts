import { EntitySchema } from 'typeorm';
import type { PlanItem } from './plan.js';

export const planItemMapping = new EntitySchema<PlanItem>({
  name: 'plan_item',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    question: { type: 'text' },
    fromLevel: { name: 'from_level', type: 'integer', nullable: true },
    toLevel: { name: 'to_level', type: 'integer' },
    action: { type: 'text' },
    ownerRole: { name: 'owner_role', type: 'text' },
    owner: { type: 'text' },
    startOn: { name: 'start_on', type: 'date' },
    dueOn: { name: 'due_on', type: 'date' },
    createdBy: { name: 'created_by', type: 'text' },
    createdAt: { name: 'created_at', type: 'timestamptz', precision: 3 },
    reachedOn: { name: 'reached_on', type: 'date', nullable: true },
  },
});
