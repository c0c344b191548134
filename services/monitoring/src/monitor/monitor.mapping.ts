import { EntitySchema, type ValueTransformer } from 'typeorm';
import type { ContractInForce, Monitor } from './monitor.js';

/** JSON has no whole numbers beyond 2^53; amounts of money may be. */
const contractJson: ValueTransformer = {
  to: (contract: ContractInForce | null) =>
    contract && JSON.parse(JSON.stringify(contract, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))),
  from: (stored: { payoffs: Record<string, string> } | null) =>
    stored && {
      ...stored,
      payoffs: Object.fromEntries(
        Object.entries(stored.payoffs).map(([name, value]) => [name, name === 'currency' ? value : BigInt(value)]),
      ),
    },
};

const moment = { type: 'timestamptz', precision: 3, nullable: true } as const;

export const monitorMapping = new EntitySchema<Monitor>({
  name: 'monitor',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    endpointId: { name: 'endpoint_id', type: 'text' },
    useCaseId: { name: 'use_case_id', type: 'text' },
    championVersionId: { name: 'champion_version_id', type: 'text', nullable: true },
    baselineVersionId: { name: 'baseline_version_id', type: 'text', nullable: true },
    contract: { type: 'jsonb', nullable: true, transformer: contractJson },
    completeUntil: { name: 'complete_until', ...moment },
    testedUntil: { name: 'tested_until', ...moment },
    evaluatedUntil: { name: 'evaluated_until', ...moment },
    createdAt: { name: 'created_at', type: 'timestamptz', precision: 3 },
  },
});
