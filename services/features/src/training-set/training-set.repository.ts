import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { withWorkspace } from '#libs/database';
import type { Viewer } from '#libs/identity';
import { AuditTrail } from '#libs/storage';
import type { TrainingSet } from './training-set.js';
import { trainingSetMapping } from './training-set.mapping.js';

@Injectable()
export class TrainingSetRepository {
  constructor(
    private readonly db: DataSource,
    private readonly audit: AuditTrail,
  ) {}

  /** Keeps a set; where another builder of the same definition was faster, its set is the one. */
  add(set: TrainingSet, viewer: Viewer): Promise<TrainingSet> {
    const { definitionDigest } = set;
    return withWorkspace(this.db, set.workspace, async (tx) => {
      await tx.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [`training-set/${definitionDigest}`]);
      const known = await tx.findOneBy(trainingSetMapping, { definitionDigest });
      if (known) return known;
      await tx.insert(trainingSetMapping, { ...set } as never);
      const { statistics: _, ...after } = set;
      await this.audit.record(tx, {
        viewer,
        action: 'build-training-set',
        subjectKind: 'training-set',
        subjectId: set.id,
        after,
      });
      return set;
    });
  }

  find(workspace: string, where: { readonly id: string } | { readonly definitionDigest: string }): Promise<TrainingSet | null> {
    return withWorkspace(this.db, workspace, (tx) => tx.findOneBy(trainingSetMapping, where));
  }
}
