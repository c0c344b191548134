import { EntitySchema } from 'typeorm';
import type { Artifact, Experiment, MetricPoint, Run } from './run.js';

export const experimentMapping = new EntitySchema<Experiment>({
  name: 'experiment',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    name: { type: 'text' },
    createdAt: { name: 'created_at', type: 'timestamptz', precision: 3 },
  },
});

export const runMapping = new EntitySchema<Run>({
  name: 'run',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    experimentId: { name: 'experiment_id', type: 'text' },
    state: { type: 'text' },
    parameters: { type: 'jsonb' },
    trainingSetIds: { name: 'training_set_ids', type: 'text', array: true },
    startedAt: { name: 'started_at', type: 'timestamptz', precision: 3 },
    endedAt: { name: 'ended_at', type: 'timestamptz', precision: 3, nullable: true },
  },
});

/** A metric point with the run it belongs to and its place in the order of logging. */
export interface StoredMetricPoint extends MetricPoint {
  readonly workspace: string;
  readonly runId: string;
  readonly position: number;
}

export const metricPointMapping = new EntitySchema<StoredMetricPoint>({
  name: 'run_metric',
  columns: {
    workspace: { type: 'text' },
    runId: { name: 'run_id', type: 'text', primary: true },
    name: { type: 'text', primary: true },
    step: { type: 'integer', primary: true },
    value: { type: 'double precision' },
    at: { type: 'timestamptz', precision: 3 },
    position: { type: 'bigint', insert: false, update: false, transformer: { to: (place: number) => place, from: Number } },
  },
});

/** An artifact with the run it belongs to. */
export interface StoredArtifact extends Artifact {
  readonly workspace: string;
  readonly runId: string;
}

export const artifactMapping = new EntitySchema<StoredArtifact>({
  name: 'run_artifact',
  columns: {
    workspace: { type: 'text' },
    runId: { name: 'run_id', type: 'text', primary: true },
    name: { type: 'text', primary: true },
    hash: { type: 'text' },
    sizeBytes: { name: 'size_bytes', type: 'bigint', transformer: { to: (bytes: number) => bytes, from: Number } },
    mediaType: { name: 'media_type', type: 'text' },
  },
});
