import { EntitySchema } from 'typeorm';
import type { VersionProfile } from './version-profile.js';

export const versionProfileMapping = new EntitySchema<VersionProfile>({
  name: 'version_profile',
  columns: {
    workspace: { type: 'text', primary: true },
    datasetVersionId: { name: 'dataset_version_id', type: 'text', primary: true },
    columns: { type: 'jsonb' },
    profiledAt: { name: 'profiled_at', type: 'timestamptz', precision: 3 },
  },
});
