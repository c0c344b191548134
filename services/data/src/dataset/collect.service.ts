import { Inject, Injectable } from '@nestjs/common';
import type { Viewer } from '#libs/identity';
import type { SqlEngine } from '#libs/sql';
import { DatasetVersionRepository } from '../dataset-version/dataset-version.repository.js';
import { DatasetVersionService } from '../dataset-version/dataset-version.service.js';
import { VersionMaker } from '../dataset-version/version-maker.service.js';
import type { CollectInput, Job } from '../job/job.js';
import { actorOf, type Transaction } from '../job/job.repository.js';
import { JobService } from '../job/job.service.js';
import type { JobContext, JobWork, Settle } from '../job/job-work.js';
import { SQL } from '../tokens.js';
import { UploadService } from '../upload/upload.service.js';
import { DatasetService } from './dataset.service.js';

const DEADLINE_MS = 10 * 60_000;

/** Turns an uploaded file into a dataset's next version. */
@Injectable()
export class CollectService implements JobWork<'collect', Transaction> {
  readonly kind = 'collect';

  constructor(
    private readonly datasets: DatasetService,
    private readonly uploads: UploadService,
    private readonly versions: DatasetVersionService,
    private readonly maker: VersionMaker,
    private readonly publisher: DatasetVersionRepository,
    private readonly jobs: JobService,
    @Inject(SQL) private readonly engine: SqlEngine,
  ) {}

  async start(input: CollectInput, idempotencyKey: string | null, viewer: Viewer): Promise<Job> {
    await this.datasets.get(viewer.workspace, input.datasetId);
    await this.uploads.require(viewer.workspace, input.uploadHash);
    return this.jobs.start({ operation: 'collect', idempotencyKey, input }, viewer);
  }

  async run(job: Job, context: JobContext): Promise<Settle<Transaction>> {
    const { workspace } = job;
    const { datasetId, uploadHash, format, missing } = job.input as CollectInput;
    const dataset = await this.datasets.get(workspace, datasetId);
    await context.report('reading the file', 0.1);
    const collected = await this.engine.ingest({
      workspace,
      object: uploadHash,
      format,
      nullTokens: missing === null ? [] : [missing],
      types: format === 'csv' ? await this.typesSoFar(workspace, datasetId) : {},
      deadlineMs: DEADLINE_MS,
      signal: context.signal,
    });
    const draft = await this.maker.make(dataset, collected, { job, transformId: null, inputVersionIds: [] }, context);
    return async (tx) => (await this.publisher.publish(tx, draft, actorOf(job.requestedBy, workspace))).id;
  }

  /** A CSV does not state its types: columns that the dataset has are read as they were, so that a quiet week changes none. */
  private async typesSoFar(workspace: string, datasetId: string): Promise<Readonly<Record<string, string>>> {
    const newest = await this.versions.newest(workspace, datasetId);
    return Object.fromEntries((newest?.columns ?? []).map(({ name, sqlType }) => [name, sqlType]));
  }
}
