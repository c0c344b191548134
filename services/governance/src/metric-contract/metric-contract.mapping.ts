import { EntitySchema } from 'typeorm';
import type { MetricContract, Signature, Terms } from './metric-contract.js';

/** A revision as its table holds it; signatures have a table of their own. */
export type ContractRow = Omit<MetricContract, 'signatures'>;
export interface SignatureRow extends Signature {
  readonly workspace: string;
  readonly metricContractId: string;
}

const MINOR_UNITS = new Set(['truePositive', 'falsePositive', 'trueNegative', 'falseNegative', 'minorUnits']);

/** Amounts go into JSON as text, because its numbers end at 2^53. */
const termsInJson = {
  to: (terms: Terms): unknown =>
    JSON.parse(JSON.stringify(terms, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))),
  from: (stored: unknown): Terms =>
    JSON.parse(JSON.stringify(stored), (key, value: unknown) =>
      MINOR_UNITS.has(key) ? BigInt(value as string) : value,
    ) as Terms,
};

export const metricContractMapping = new EntitySchema<ContractRow>({
  name: 'metric_contract',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    useCaseId: { name: 'use_case_id', type: 'text' },
    revision: { type: 'integer' },
    terms: { type: 'jsonb', transformer: termsInJson },
    contentHash: { name: 'content_hash', type: 'text' },
    proposedBy: { name: 'proposed_by', type: 'text' },
    proposedAt: { name: 'proposed_at', type: 'timestamptz', precision: 3 },
    signedAt: { name: 'signed_at', type: 'timestamptz', precision: 3, nullable: true },
  },
});

export const signatureMapping = new EntitySchema<SignatureRow>({
  name: 'metric_contract_signature',
  columns: {
    metricContractId: { name: 'metric_contract_id', type: 'text', primary: true },
    side: { type: 'text', primary: true },
    workspace: { type: 'text' },
    person: { type: 'text' },
    role: { type: 'text' },
    contentHash: { name: 'content_hash', type: 'text' },
    signedAt: { name: 'signed_at', type: 'timestamptz', precision: 3 },
  },
});
