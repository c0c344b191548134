import type { Role } from '#libs/identity';
import type { Progress } from '../../progress.js';
import type { Story } from '../story.js';

interface Job {
  readonly state: string;
  readonly progress: number;
  readonly step: string;
  readonly detail: string | null;
}

const EVERY_MS = 120;

/** Asks until a long piece of work has ended, showing how far it is. @throws Error with the platform's own words where it failed */
export async function untilEnded<J extends Job>(
  read: () => Promise<J>,
  progress: Progress,
  share: (done: number) => number,
): Promise<J> {
  for (;;) {
    const job = await read();
    progress.to(share(job.progress), job.step);
    if (job.state === 'failed' || job.state === 'cancelled') throw new Error(`${job.step}: ${job.detail ?? job.state}`);
    if (job.state !== 'running') return job;
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}

/** A job of the data service, by its id. */
export async function dataJob(
  story: Story,
  role: Role,
  id: string,
): Promise<Job & { readonly datasetVersion: { readonly id: string } | null }> {
  const { dataJob: job } = await story.graph.ask<{
    readonly dataJob: Job & { readonly datasetVersion: { readonly id: string } | null };
  }>(role, `query Job($id: ID!) { dataJob(id: $id) { state progress step detail datasetVersion { id } } }`, { id });
  return job;
}
