import { EntitySchema } from 'typeorm';
import type { PipelineRun } from './pipeline-run.js';
import { fromJson, toJson } from './record-json.js';

const json = { to: toJson, from: fromJson };

export const pipelineRunMapping = new EntitySchema<PipelineRun>({
  name: 'pipeline_run',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    pipelineId: { name: 'pipeline_id', type: 'text' },
    state: { type: 'text' },
    plan: { type: 'jsonb', transformer: json },
    steps: { type: 'jsonb', transformer: json },
    stepProgress: { name: 'step_progress', type: 'real' },
    runId: { name: 'run_id', type: 'text' },
    modelVersionId: { name: 'model_version_id', type: 'text', nullable: true },
    reason: { type: 'text', nullable: true },
    alertId: { name: 'alert_id', type: 'text', nullable: true },
    comparison: { type: 'jsonb', nullable: true, transformer: json },
    cancelRequested: { name: 'cancel_requested', type: 'boolean' },
    revision: { type: 'integer' },
    startedAt: { name: 'started_at', type: 'timestamptz', precision: 3 },
    endedAt: { name: 'ended_at', type: 'timestamptz', precision: 3, nullable: true },
  },
});
