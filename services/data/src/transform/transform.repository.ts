import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { withWorkspace } from '#libs/database';
import type { Viewer } from '#libs/identity';
import { newId } from '#libs/ids';
import { AuditTrail, digestOf } from '#libs/storage';
import type { Transform, TransformDraft } from './transform.js';
import { transformMapping } from './transform.mapping.js';

const definition = ({ sql, inputDatasetIds, outputDatasetId, orderBy }: TransformDraft): string =>
  digestOf({ sql, inputDatasetIds, outputDatasetId, orderBy });

@Injectable()
export class TransformRepository {
  constructor(
    private readonly db: DataSource,
    private readonly audit: AuditTrail,
  ) {}

  /** Stores the next revision of the name; a definition equal to the newest revision's is that revision. */
  revise(draft: TransformDraft, viewer: Viewer): Promise<Transform> {
    const { workspace } = viewer;
    return withWorkspace(this.db, workspace, async (tx) => {
      await tx.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [`${workspace}/transform/${draft.name}`]);
      const before = await tx.findOne(transformMapping, { where: { name: draft.name }, order: { revision: 'DESC' } });
      if (before && definition(before) === definition(draft)) return before;
      const transform: Transform = {
        ...draft,
        id: newId('transform'),
        workspace,
        revision: (before?.revision ?? 0) + 1,
        createdBy: viewer.id,
        createdAt: new Date(),
      };
      await tx.insert(transformMapping, { ...transform } as object);
      const change = { before: before ?? undefined, after: transform };
      await this.audit.record(tx, {
        viewer,
        action: 'define-transform',
        subjectKind: 'transform',
        subjectId: transform.id,
        ...change,
      });
      return transform;
    });
  }

  find(workspace: string, id: string): Promise<Transform | null> {
    return withWorkspace(this.db, workspace, (tx) => tx.findOneBy(transformMapping, { id }));
  }

  newestOf(workspace: string, name: string): Promise<Transform | null> {
    return withWorkspace(this.db, workspace, (tx) =>
      tx.findOne(transformMapping, { where: { name }, order: { revision: 'DESC' } }),
    );
  }
}
