import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { withWorkspace } from '#libs/database';
import type { Viewer } from '#libs/identity';
import { AuditTrail } from '#libs/storage';
import type { Upload } from './upload.js';
import { uploadMapping } from './upload.mapping.js';

@Injectable()
export class UploadRepository {
  constructor(
    private readonly db: DataSource,
    private readonly audit: AuditTrail,
  ) {}

  /** Keeps who sent the bytes first; the same bytes again are the same upload. */
  record(upload: Upload, viewer: Viewer): Promise<void> {
    return withWorkspace(this.db, upload.workspace, async (tx) => {
      await tx
        .createQueryBuilder()
        .insert()
        .into(uploadMapping)
        .values({ ...upload })
        .orIgnore()
        .execute();
      const { workspace: _, ...after } = upload;
      await this.audit.record(tx, { viewer, action: 'upload', subjectKind: 'upload', subjectId: upload.hash, after });
    });
  }

  exists(workspace: string, hash: string): Promise<boolean> {
    return withWorkspace(this.db, workspace, (tx) => tx.existsBy(uploadMapping, { hash }));
  }
}
