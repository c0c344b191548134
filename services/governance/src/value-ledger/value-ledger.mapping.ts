import { EntitySchema, type ValueTransformer } from 'typeorm';
import type { LedgerEntry } from './value-ledger.js';

const asNumber: ValueTransformer = { to: (value: number) => value, from: Number };
const asBigInt: ValueTransformer = { to: String, from: BigInt };

export const ledgerEntryMapping = new EntitySchema<LedgerEntry>({
  name: 'ledger_entry',
  columns: {
    workspace: { type: 'text', primary: true },
    id: { type: 'text', primary: true },
    useCaseId: { name: 'use_case_id', type: 'text' },
    endpointId: { name: 'endpoint_id', type: 'text' },
    month: { type: 'date' },
    modelVersionId: { name: 'model_version_id', type: 'text' },
    arm: { type: 'text' },
    decisions: { type: 'bigint', transformer: asNumber },
    decisionsWithOutcome: { name: 'decisions_with_outcome', type: 'bigint', transformer: asNumber },
    valueMinor: { name: 'value_minor', type: 'bigint', transformer: asBigInt },
    missedMinor: { name: 'missed_minor', type: 'bigint', transformer: asBigInt },
    currency: { type: 'text' },
    knownUntil: { name: 'known_until', type: 'timestamptz', precision: 3 },
  },
});
