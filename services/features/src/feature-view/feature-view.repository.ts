import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { pageOf, withWorkspace, type Page, type PageRequest } from '#libs/database';
import type { Viewer } from '#libs/identity';
import { Problem } from '#libs/problem';
import { AuditTrail, once } from '#libs/storage';
import type { FeatureView } from './feature-view.js';
import { featureViewMapping } from './feature-view.mapping.js';

@Injectable()
export class FeatureViewRepository {
  constructor(
    private readonly db: DataSource,
    private readonly audit: AuditTrail,
  ) {}

  /** Stores a new view, or answers the one that the same idempotency key made. */
  create(view: FeatureView, viewer: Viewer, key: string | null): Promise<FeatureView> {
    const { workspace, name } = view;
    const taken = (): Problem => new Problem('conflict', 'features/view-name', `a feature view named ${name} exists`, { name });
    return withWorkspace(
      this.db,
      workspace,
      async (tx) => {
        const { id: _, createdAt: __, ...asked } = view;
        const { id } = await once(tx, { workspace, operation: 'createFeatureView', key, request: asked }, async () => {
          await tx.insert(featureViewMapping, { ...view } as never);
          await this.audit.record(tx, {
            viewer,
            action: 'create-feature-view',
            subjectKind: 'feature-view',
            subjectId: view.id,
            after: view,
          });
          return view.id;
        });
        return tx.findOneByOrFail(featureViewMapping, { id });
      },
      { feature_view_name: taken },
    );
  }

  find(workspace: string, where: { readonly id: string } | { readonly name: string }): Promise<FeatureView | null> {
    return withWorkspace(this.db, workspace, (tx) => tx.findOneBy(featureViewMapping, where));
  }

  findAll(workspace: string, ids: readonly string[]): Promise<readonly FeatureView[]> {
    return withWorkspace(this.db, workspace, (tx) => tx.findBy(featureViewMapping, { id: In([...ids]) }));
  }

  ofDataset(workspace: string, sourceDatasetId: string): Promise<readonly FeatureView[]> {
    return withWorkspace(this.db, workspace, (tx) => tx.findBy(featureViewMapping, { sourceDatasetId }));
  }

  page(workspace: string, page: PageRequest): Promise<Page<FeatureView>> {
    return withWorkspace(this.db, workspace, (tx) =>
      pageOf(tx.createQueryBuilder(featureViewMapping, 'view'), { keys: ['name'], direction: 'ascending' }, page),
    );
  }
}
