import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { pageOf, withWorkspace, type Page, type PageRequest } from '#libs/database';
import { AuditTrail, type AuditEntry } from '#libs/storage';
import type { DatasetRead } from './dataset-read.js';
import { datasetReadMapping } from './dataset-read.mapping.js';

@Injectable()
export class DatasetReadRepository {
  constructor(
    private readonly db: DataSource,
    private readonly audit: AuditTrail,
  ) {}

  /** Records reads before they happen; those of confidential values are audited besides. */
  record(workspace: string, reads: readonly DatasetRead[], viewer: AuditEntry['viewer']): Promise<void> {
    return withWorkspace(this.db, workspace, async (tx) => {
      await tx.insert(datasetReadMapping, [...reads]);
      for (const { datasetVersionId, purpose, confidential } of reads) {
        if (!confidential) continue;
        const subject = { subjectKind: 'dataset-version', subjectId: datasetVersionId };
        await this.audit.record(tx, { viewer, action: 'read-confidential', reason: purpose, ...subject });
      }
    });
  }

  list(workspace: string, datasetId: string, page: PageRequest): Promise<Page<DatasetRead>> {
    return withWorkspace(this.db, workspace, (tx) => {
      const all = tx.createQueryBuilder(datasetReadMapping, 'read').where('read.dataset_id = :datasetId', { datasetId });
      return pageOf(all, { keys: ['id'], direction: 'descending' }, page);
    });
  }
}
