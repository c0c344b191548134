import { EntitySchema, type ValueTransformer } from 'typeorm';
import { money, type Money } from '#libs/value';
import type { Alert } from './alert.js';

const moneyJson: ValueTransformer = {
  to: (amount: Money | null) => amount && { minorUnits: String(amount.minorUnits), currency: amount.currency },
  from: (stored: { minorUnits: string; currency: string } | null) => stored && money(BigInt(stored.minorUnits), stored.currency),
};

const amount = { type: 'jsonb', nullable: true, transformer: moneyJson } as const;
const moment = { type: 'timestamptz', precision: 3 } as const;
const text = { type: 'text', nullable: true } as const;

export const alertMapping = new EntitySchema<Alert>({
  name: 'alert',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    monitorId: { name: 'monitor_id', type: 'text' },
    endpointId: { name: 'endpoint_id', type: 'text' },
    useCaseId: { name: 'use_case_id', type: 'text' },
    versionId: { name: 'version_id', type: 'text' },
    kind: { type: 'text' },
    state: { type: 'text' },
    summary: { type: 'text' },
    calibrationGapPoints: { name: 'calibration_gap_points', type: 'double precision', nullable: true },
    decisions: { type: 'integer' },
    costPerMonth: { name: 'cost_per_month', ...amount },
    costPerMonthLow: { name: 'cost_per_month_low', ...amount },
    costPerMonthHigh: { name: 'cost_per_month_high', ...amount },
    promisedPerMonth: { name: 'promised_per_month', ...amount },
    realisedPerMonth: { name: 'realised_per_month', ...amount },
    raisedAt: { name: 'raised_at', ...moment },
    since: { ...moment, nullable: true },
    repeats: { type: 'integer' },
    acknowledgedBy: { name: 'acknowledged_by', ...text },
    acknowledgedAt: { name: 'acknowledged_at', ...moment, nullable: true },
    assignee: text,
    resolvedBy: { name: 'resolved_by', ...text },
    resolvedAt: { name: 'resolved_at', ...moment, nullable: true },
    resolution: text,
    recordedAt: { name: 'recorded_at', ...moment },
  },
});
