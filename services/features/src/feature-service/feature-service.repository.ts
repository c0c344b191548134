import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { withWorkspace } from '#libs/database';
import type { Viewer } from '#libs/identity';
import { Problem } from '#libs/problem';
import { AuditTrail, once } from '#libs/storage';
import type { FeatureService } from './feature-service.js';
import { featureServiceMapping } from './feature-service.mapping.js';

@Injectable()
export class FeatureServiceRepository {
  constructor(
    private readonly db: DataSource,
    private readonly audit: AuditTrail,
  ) {}

  /** Stores a new service, or answers the one that the same idempotency key made. */
  create(service: FeatureService, viewer: Viewer, key: string | null): Promise<FeatureService> {
    const { workspace, name } = service;
    const taken = (): Problem =>
      new Problem('conflict', 'features/service-name', `a feature service named ${name} exists`, { name });
    return withWorkspace(
      this.db,
      workspace,
      async (tx) => {
        const { id: _, createdAt: __, ...asked } = service;
        const { id } = await once(tx, { workspace, operation: 'createFeatureService', key, request: asked }, async () => {
          await tx.insert(featureServiceMapping, { ...service } as never);
          await this.audit.record(tx, {
            viewer,
            action: 'create-feature-service',
            subjectKind: 'feature-service',
            subjectId: service.id,
            after: service,
          });
          return service.id;
        });
        return tx.findOneByOrFail(featureServiceMapping, { id });
      },
      { feature_service_name: taken },
    );
  }

  find(workspace: string, where: { readonly id: string } | { readonly name: string }): Promise<FeatureService | null> {
    return withWorkspace(this.db, workspace, (tx) => tx.findOneBy(featureServiceMapping, where));
  }
}
