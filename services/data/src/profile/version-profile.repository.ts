import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { withWorkspace } from '#libs/database';
import type { Transaction } from '../job/job.repository.js';
import type { VersionProfile } from './version-profile.js';
import { versionProfileMapping } from './version-profile.mapping.js';

@Injectable()
export class VersionProfileRepository {
  constructor(private readonly db: DataSource) {}

  find(workspace: string, datasetVersionId: string): Promise<VersionProfile | null> {
    return withWorkspace(this.db, workspace, (tx) => tx.findOneBy(versionProfileMapping, { datasetVersionId }));
  }

  /** A version never changes, so a second profile of it says what the first one said. */
  async keep(tx: Transaction, profile: VersionProfile): Promise<void> {
    await tx
      .createQueryBuilder()
      .insert()
      .into(versionProfileMapping)
      .values({ ...profile } as object)
      .orIgnore()
      .execute();
  }
}
