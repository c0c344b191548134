import { EntitySchema } from 'typeorm';
import { fromJson, toJson } from '../pipeline-run/record-json.js';
import type { Pipeline } from './pipeline.js';

export const pipelineMapping = new EntitySchema<Pipeline>({
  name: 'pipeline',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    name: { type: 'text' },
    modelId: { name: 'model_id', type: 'text' },
    featureService: { name: 'feature_service', type: 'text' },
    dataset: { type: 'text' },
    momentColumn: { name: 'moment_column', type: 'text' },
    labelColumn: { name: 'label_column', type: 'text' },
    labelKnownColumn: { name: 'label_known_column', type: 'text' },
    trainer: { type: 'jsonb' },
    trigger: { type: 'jsonb', nullable: true, transformer: { to: toJson, from: fromJson } },
    createdAt: { name: 'created_at', type: 'timestamptz', precision: 3 },
  },
});
