import type { DuckDBConnection } from '@duckdb/node-api';
import { columnsJob } from './columns-job.js';
import { ingestJob } from './ingest-job.js';
import { checkJob, materializeJob } from './materialize-job.js';
import { profileJob } from './profile-job.js';
import { problemOf } from './problem-of.js';
import type { Answers, FromProcess, Job, LentTable, ProcessLimits, ToProcess } from './protocol.js';
import { inSandbox, lock } from './sandbox.js';
import { schemaOf } from './table-schema.js';

/** The forked process: one job at a time, each in a sandbox of its own; it ends with its parent. */
const limits = JSON.parse(process.argv[2]!) as ProcessLimits;
let running: DuckDBConnection | undefined;
let busy = false;
let cancelling: NodeJS.Timeout | undefined;

function reachOf(job: Job): { readonly tables: readonly LentTable[]; readonly files: readonly string[] } {
  switch (job.op) {
    case 'columns':
    case 'check':
      return { tables: job.tables, files: [] };
    case 'materialize':
      return { tables: job.tables, files: [job.outFile] };
    case 'ingest':
      return { tables: [], files: [job.file, job.outFile] };
    case 'describe':
    case 'profile':
      return { tables: [job.table], files: [] };
  }
}

function run(connection: DuckDBConnection, job: Job): Promise<Answers[Job['op']]> {
  switch (job.op) {
    case 'columns':
      return columnsJob(connection, job, limits.threads);
    case 'materialize':
      return materializeJob(connection, job);
    case 'check':
      return checkJob(connection, job);
    case 'ingest':
      return ingestJob(connection, job);
    case 'describe':
      return lock(connection).then(() => schemaOf(connection, job.table.name));
    case 'profile':
      return lock(connection).then(() => profileJob(connection, job));
  }
}

async function answer(job: Job): Promise<FromProcess> {
  const reach = reachOf(job);
  const paths = [...reach.files, ...reach.tables.flatMap((table) => table.files)];
  try {
    const result = await inSandbox(limits, reach, (connection) => {
      running = connection;
      return run(connection, job);
    });
    return { answer: result };
  } catch (error) {
    const problem = problemOf(error, paths);
    if (problem) return { problem: { kind: problem.kind, slug: problem.slug, detail: problem.message, facts: problem.facts } };
    return { fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  } finally {
    running = undefined;
    clearInterval(cancelling);
  }
}

function begin(job: Job): void {
  busy = true;
  void answer(job).then((reply) => {
    busy = false;
    process.send!(reply);
  });
}

process.on('message', (message: ToProcess) => {
  if ('do' in message) begin(message.do);
  // An interrupt between two statements of a job is lost, so it is repeated until the job has ended. One that comes after the
  // end must not hit the next job.
  else if (busy) cancelling = setInterval(() => running?.interrupt(), 20);
});
// Without a parent nobody waits for the answer; DuckDB's threads would hold up an orderly exit.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
