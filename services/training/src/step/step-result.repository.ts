import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { withWorkspace } from '#libs/database';
import { digestOf } from '#libs/storage';
import { fromJson, toJson } from '../pipeline-run/record-json.js';

/** Grows when a step would give another output for equal inputs. */
const GENERATION = 1;

/** Outputs of steps by the digest of all that goes in: work that was done once, in any run, is not done again. */
@Injectable()
export class StepResults {
  constructor(private readonly db: DataSource) {}

  async once<Output>(workspace: string, step: string, inputs: unknown, work: () => Promise<Output>): Promise<Output> {
    const key = digestOf({ generation: GENERATION, step, inputs });
    const known = await withWorkspace(this.db, workspace, async (tx) => {
      const rows = (await tx.query(`select output from step_result where key = $1`, [key])) as readonly {
        readonly output: unknown;
      }[];
      return rows[0];
    });
    if (known) return fromJson<Output>(known.output);
    const output = await work();
    await withWorkspace(this.db, workspace, (tx) =>
      tx.query(`insert into step_result (workspace, key, step, output) values ($1, $2, $3, $4) on conflict do nothing`, [
        workspace,
        key,
        step,
        JSON.stringify(toJson(output)),
      ]),
    );
    return output;
  }
}
