import { DBOS } from '@dbos-inc/dbos-sdk';
import { ensureSystemDatabase } from '@dbos-inc/dbos-sdk/internal/system_database';
import { GlobalLogger } from '@dbos-inc/dbos-sdk/internal/telemetry/logs';
import pg from 'pg';
import { STATEMENT_TIMEOUT_MS } from '#libs/database';
import type { Logger } from '#libs/log';
import { fromJson, toJson } from '../pipeline-run/record-json.js';
import type { Durably, PipelineRunRef } from './pipeline.interpreter.js';
import { isTransient } from './failure.js';

/** Executes a pipeline run's steps durably. */
export type Execute = (ref: PipelineRunRef, durably: Durably) => Promise<void>;

export interface RuntimeOptions {
  readonly url: string;
  readonly ownerUrl: string;
  readonly execute: Execute;
  readonly log: Logger;
}

const SCHEMA = 'training';
/** Grows when a workflow that was begun could not be continued by newer code: runs of an older generation are then not taken up. */
const GENERATION = '1';
/** Waits of 1, 2, 4, 8, 16 seconds: a service that was killed is back by then. */
const RETRY = { retriesAllowed: true, maxAttempts: 6, intervalSeconds: 1, backoffRate: 2, shouldRetry: isTransient };

let execute: Execute | undefined;

/** The engine's record of an answer knows no whole numbers beyond 2^53; first and later readers get the same. */
const durably: Durably = async (name, work) => fromJson(await DBOS.runStep(async () => toJson(await work()), { name, ...RETRY }));

/** The engine is one per process and knows workflows by name, so this one is registered once, whatever it executes. */
const pipelineWorkflow = DBOS.registerWorkflow(
  async (ref: PipelineRunRef): Promise<void> => {
    if (!execute) throw new Error('no interpreter of pipeline runs is launched');
    await execute(ref, durably);
  },
  { name: 'pipeline-run' },
);

/** The workflow engine (DBOS), launched on training's schema; what an earlier process left unfinished goes on at once. */
export class DbosRuntime {
  private constructor(private readonly pool: pg.Pool) {}

  static async launch({ url, ownerUrl, execute: interpreter, log }: RuntimeOptions): Promise<DbosRuntime> {
    const pool = new pg.Pool({
      connectionString: url,
      max: 3,
      idleTimeoutMillis: 30_000,
      application_name: 'millrace training workflows',
      statement_timeout: STATEMENT_TIMEOUT_MS,
    });
    pool.on('error', (error) => log.warn({ err: error }, 'a connection of the workflow engine broke'));
    execute = interpreter;
    DBOS.setConfig({
      name: 'millrace-training',
      systemDatabaseUrl: url,
      systemDatabasePool: pool,
      systemDatabaseSchemaName: SCHEMA,
      runMigrations: false, // the runtime role owns nothing
      useListenNotify: false,
      applicationVersion: GENERATION,
      executorID: 'training',
      logger: engineLog(log),
    });
    try {
      await migrateEngine(ownerUrl, log);
      await DBOS.launch();
    } catch (error) {
      await pool.end();
      throw error;
    }
    return new DbosRuntime(pool);
  }

  /** Begins a workflow, or joins the one of this id; settles when it ends. */
  async run(ref: PipelineRunRef): Promise<void> {
    const handle = await DBOS.startWorkflow(pipelineWorkflow, { workflowID: ref.id })(ref);
    await handle.getResult();
  }

  /** Lets go of all workflows without ending them. */
  async shutdown(): Promise<void> {
    await DBOS.shutdown();
    execute = undefined;
    await this.pool.end();
  }
}

/**
 * Brings the engine's tables to its version, as their owner. `DBOS.migrate` would do it too, but writes to the console and looks for
 * the database through another one.
 */
async function migrateEngine(ownerUrl: string, log: Logger): Promise<void> {
  const owner = new pg.Pool({ connectionString: ownerUrl, max: 1, application_name: 'millrace training workflow tables' });
  try {
    await ensureSystemDatabase(ownerUrl, new GlobalLogger(undefined, { logger: engineLog(log) }), owner, SCHEMA, false);
  } finally {
    await owner.end();
  }
}

/** The engine's own lines, as ours: what it tells at `info` is detail here. */
function engineLog(log: Logger) {
  const line = (level: 'debug' | 'warn' | 'error') => (entry: unknown) =>
    log[level]({ engine: entry instanceof Error ? entry.message : String(entry) }, 'the workflow engine says');
  return { debug: line('debug'), info: line('debug'), warn: line('warn'), error: line('error') };
}
