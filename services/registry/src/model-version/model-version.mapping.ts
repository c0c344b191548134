import { EntitySchema } from 'typeorm';
import type { Evaluation, ModelVersion } from './model-version.js';

/** JSON has neither dates nor whole numbers beyond 2^53; an evaluation has both. */
function toJson(evaluation: Evaluation | null): unknown {
  return (
    evaluation &&
    JSON.parse(JSON.stringify(evaluation, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)))
  );
}

function fromJson(stored: unknown): Evaluation | null {
  const revive = (key: string, value: unknown): unknown =>
    key === 'minorUnits' ? BigInt(value as string) : key === 'from' || key === 'to' ? new Date(value as string) : value;
  return stored === null ? null : (JSON.parse(JSON.stringify(stored), revive) as Evaluation);
}

export const modelVersionMapping = new EntitySchema<ModelVersion>({
  name: 'model_version',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    modelId: { name: 'model_id', type: 'text' },
    number: { type: 'integer' },
    kind: { type: 'text' },
    stage: { type: 'text' },
    expression: { type: 'text', nullable: true },
    artifact: { type: 'jsonb' },
    inputs: { type: 'jsonb' },
    outputs: { type: 'jsonb' },
    threshold: { type: 'double precision' },
    featureServiceId: { name: 'feature_service_id', type: 'text' },
    runId: { name: 'run_id', type: 'text', nullable: true },
    metricContractId: { name: 'metric_contract_id', type: 'text', nullable: true },
    parityRows: { name: 'parity_rows', type: 'jsonb', nullable: true },
    evaluation: { type: 'jsonb', nullable: true, transformer: { to: toJson, from: fromJson } },
    trainingSetIds: { name: 'training_set_ids', type: 'text', array: true },
    createdAt: { name: 'created_at', type: 'timestamptz', precision: 3 },
  },
});
