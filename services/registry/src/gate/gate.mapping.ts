import { EntitySchema } from 'typeorm';
import type { GateResult } from './gate.js';

export const gateResultMapping = new EntitySchema<GateResult>({
  name: 'gate_result',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    modelVersionId: { name: 'model_version_id', type: 'text' },
    kind: { type: 'text' },
    passed: { type: 'boolean' },
    measured: { type: 'double precision' },
    limit: { type: 'double precision' },
    detail: { type: 'text' },
    testedAt: { name: 'tested_at', type: 'timestamptz', precision: 3 },
  },
});
