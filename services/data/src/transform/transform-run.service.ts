import { Inject, Injectable } from '@nestjs/common';
import type { Viewer } from '#libs/identity';
import type { SqlEngine } from '#libs/sql';
import { DatasetVersionRepository } from '../dataset-version/dataset-version.repository.js';
import { VersionMaker } from '../dataset-version/version-maker.service.js';
import type { Job, TransformInput } from '../job/job.js';
import { actorOf, type Transaction } from '../job/job.repository.js';
import { JobService } from '../job/job.service.js';
import type { JobContext, JobWork, Settle } from '../job/job-work.js';
import { ReadService } from '../read/read.service.js';
import { SQL } from '../tokens.js';
import { tablesOf, TransformService } from './transform.service.js';

const DEADLINE_MS = 10 * 60_000;

/** Runs transforms: input versions in, output version out, and the line between them kept. */
@Injectable()
export class TransformRunService implements JobWork<'transform', Transaction> {
  readonly kind = 'transform';

  constructor(
    private readonly transforms: TransformService,
    private readonly maker: VersionMaker,
    private readonly publisher: DatasetVersionRepository,
    private readonly reads: ReadService,
    private readonly jobs: JobService,
    @Inject(SQL) private readonly engine: SqlEngine,
  ) {}

  async start(transformId: string, idempotencyKey: string | null, viewer: Viewer): Promise<Job> {
    const { id } = await this.transforms.newestRevision(viewer.workspace, transformId);
    return this.jobs.start({ operation: 'runTransform', idempotencyKey, input: { kind: 'transform', transformId: id } }, viewer);
  }

  async run(job: Job, context: JobContext): Promise<Settle<Transaction>> {
    const { workspace } = job;
    const transform = await this.transforms.get(workspace, (job.input as TransformInput).transformId);
    const output = await this.transforms.outputOf(transform);
    const inputs = await this.transforms.newestInputs(workspace, transform.inputDatasetIds);
    const actor = actorOf(job.requestedBy, workspace);
    await this.reads.record(inputs, { reader: actor, purpose: 'transform' });
    await context.report('running the statement', 0.1);
    const { sql, orderBy } = transform;
    const tables = tablesOf(inputs);
    const made = await this.engine.materialize({
      workspace,
      sql,
      tables,
      orderBy,
      deadlineMs: DEADLINE_MS,
      signal: context.signal,
    });
    const from = { job, transformId: transform.id, inputVersionIds: inputs.map(({ version }) => version.id) };
    const draft = await this.maker.make(output, made, from, context);
    return async (tx) => (await this.publisher.publish(tx, draft, actor)).id;
  }
}
