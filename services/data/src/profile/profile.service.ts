import { Inject, Injectable } from '@nestjs/common';
import type { Viewer } from '#libs/identity';
import type { SqlEngine } from '#libs/sql';
import { confidentialAmong } from '../dataset/dataset.js';
import { DatasetService } from '../dataset/dataset.service.js';
import type { DatasetVersion } from '../dataset-version/dataset-version.js';
import { DatasetVersionService } from '../dataset-version/dataset-version.service.js';
import type { Job, ProfileInput } from '../job/job.js';
import type { Transaction } from '../job/job.repository.js';
import { JobService } from '../job/job.service.js';
import type { JobContext, JobWork, Settle } from '../job/job-work.js';
import { SQL } from '../tokens.js';
import { masked, type ColumnProfile } from './version-profile.js';
import { VersionProfileRepository } from './version-profile.repository.js';

const DEADLINE_MS = 10 * 60_000;

/** Says what a version's columns hold. */
@Injectable()
export class ProfileService implements JobWork<'profile', Transaction> {
  readonly kind = 'profile';

  constructor(
    private readonly versions: DatasetVersionService,
    private readonly datasets: DatasetService,
    private readonly profiles: VersionProfileRepository,
    private readonly jobs: JobService,
    @Inject(SQL) private readonly engine: SqlEngine,
  ) {}

  async start(datasetVersionId: string, viewer: Viewer): Promise<Job> {
    await this.versions.get(viewer.workspace, datasetVersionId);
    // A version's profile is always the same one, so the version itself is the key.
    const input = { kind: 'profile', datasetVersionId } as const;
    return this.jobs.start({ operation: 'profile', idempotencyKey: datasetVersionId, input }, viewer);
  }

  async run({ workspace, input }: Job, { signal, report }: JobContext): Promise<Settle<Transaction>> {
    const { datasetVersionId } = input as ProfileInput;
    const version = await this.versions.get(workspace, datasetVersionId);
    await report('reading the columns', 0.1);
    const source = { workspace, objects: [version.object.hash] };
    const profile = await this.engine.profile({ source, deadlineMs: DEADLINE_MS, signal });
    const columns = profile.columns.map((column) => ({
      column: column.name,
      missing: column.nullCount,
      distinct: column.distinctEstimate,
      min: column.min,
      max: column.max,
      mean: column.mean,
      standardDeviation: column.stddev,
      quantiles: column.quantiles,
      topValues: column.topValues,
    }));
    return async (tx) => {
      await this.profiles.keep(tx, { workspace, datasetVersionId, columns, profiledAt: new Date() });
      return datasetVersionId;
    };
  }

  /** The profile as everybody may see it; null until somebody asked for one. */
  async of({ workspace, id, datasetId, columns }: DatasetVersion): Promise<readonly ColumnProfile[] | null> {
    const profile = await this.profiles.find(workspace, id);
    if (!profile) return null;
    const confidential = confidentialAmong(await this.datasets.get(workspace, datasetId), columns);
    return profile.columns.map((column) => (confidential.includes(column.column) ? masked(column) : column));
  }
}
