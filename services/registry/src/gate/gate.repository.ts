import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { withWorkspace } from '#libs/database';
import type { GateResult } from './gate.js';
import { gateResultMapping } from './gate.mapping.js';

/** The newest result of each gate of a version, read inside a transaction that holds the version. */
export function newestGateResults(tx: EntityManager, modelVersionId: string): Promise<GateResult[]> {
  return tx
    .createQueryBuilder(gateResultMapping, 'result')
    .distinctOn(['result.kind'])
    .where('result.modelVersionId = :modelVersionId', { modelVersionId })
    .orderBy('result.kind')
    .addOrderBy('result.testedAt', 'DESC')
    .addOrderBy('result.id', 'DESC')
    .getMany();
}

@Injectable()
export class GateRepository {
  constructor(private readonly db: DataSource) {}

  record(workspace: string, results: readonly GateResult[]): Promise<void> {
    return withWorkspace(this.db, workspace, async (tx) => {
      await tx.insert(
        gateResultMapping,
        results.map((result) => ({ ...result })),
      );
    });
  }

  newestOf(workspace: string, modelVersionId: string): Promise<readonly GateResult[]> {
    return withWorkspace(this.db, workspace, (tx) => newestGateResults(tx, modelVersionId));
  }
}
