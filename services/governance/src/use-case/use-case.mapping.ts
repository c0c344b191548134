import { EntitySchema } from 'typeorm';
import { moneyInJson } from './money.mapping.js';
import type { UseCase } from './use-case.js';

export const useCaseMapping = new EntitySchema<UseCase>({
  name: 'use_case',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    name: { type: 'text' },
    decision: { type: 'text' },
    positiveClass: { name: 'positive_class', type: 'text' },
    owner: { type: 'text' },
    riskClass: { name: 'risk_class', type: 'text' },
    riskReviewedBy: { name: 'risk_reviewed_by', type: 'text' },
    riskReviewedAt: { name: 'risk_reviewed_at', type: 'timestamptz', precision: 3 },
    monthlyVolume: { name: 'monthly_volume', type: 'integer' },
    monthlyCost: { name: 'monthly_cost', type: 'jsonb', transformer: moneyInJson },
    kpi: { type: 'text' },
    roles: { type: 'jsonb' },
    createdAt: { name: 'created_at', type: 'timestamptz', precision: 3 },
  },
});
