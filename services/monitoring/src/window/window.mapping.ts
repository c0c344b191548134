import { EntitySchema, type ValueTransformer } from 'typeorm';
import type { MonitorWindow } from './window.js';

/** Amounts are whole numbers beyond what JSON carries exactly: they are stored as texts. */
const segmentsJson: ValueTransformer = {
  to: (segments: unknown) =>
    JSON.parse(JSON.stringify(segments, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))),
  from: (stored: unknown) =>
    JSON.parse(JSON.stringify(stored), (key, value: unknown) => (key === 'minorUnits' ? BigInt(value as string) : value)),
};

export const windowMapping = new EntitySchema<MonitorWindow>({
  name: 'monitor_window',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    monitorId: { name: 'monitor_id', type: 'text' },
    startsAt: { name: 'starts_at', type: 'timestamptz', precision: 3 },
    endsAt: { name: 'ends_at', type: 'timestamptz', precision: 3 },
    segments: { type: 'jsonb', transformer: segmentsJson },
    drift: { type: 'jsonb' },
    closed: { type: 'boolean' },
  },
});
