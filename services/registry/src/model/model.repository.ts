import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { withWorkspace } from '#libs/database';
import type { Viewer } from '#libs/identity';
import { Problem } from '#libs/problem';
import { AuditTrail, once } from '#libs/storage';
import type { Model } from './model.js';
import { modelMapping } from './model.mapping.js';

@Injectable()
export class ModelRepository {
  constructor(
    private readonly db: DataSource,
    private readonly audit: AuditTrail,
  ) {}

  /** Stores a new model, or answers the one that the same idempotency key made. */
  create(model: Model, viewer: Viewer, idempotencyKey: string | null): Promise<Model> {
    const { name, description, useCaseId } = model;
    const taken = (): Problem => new Problem('conflict', 'registry/model-name', `a model named ${name} exists`, { name });
    return withWorkspace(
      this.db,
      model.workspace,
      async (tx) => {
        const request = {
          workspace: model.workspace,
          operation: 'createModel',
          key: idempotencyKey,
          request: { name, description, useCaseId },
        };
        const { id } = await once(tx, request, async () => {
          await tx.insert(modelMapping, { ...model });
          await this.audit.record(tx, {
            viewer,
            action: 'create-model',
            subjectKind: 'model',
            subjectId: model.id,
            after: model,
          });
          return model.id;
        });
        return tx.findOneByOrFail(modelMapping, { id });
      },
      { model_name: taken },
    );
  }

  find(workspace: string, where: { readonly id: string } | { readonly name: string }): Promise<Model | null> {
    return withWorkspace(this.db, workspace, (tx) => tx.findOneBy(modelMapping, where));
  }

  findAll(workspace: string, ids: readonly string[]): Promise<readonly Model[]> {
    return withWorkspace(this.db, workspace, (tx) => tx.findBy(modelMapping, { id: In([...ids]) }));
  }
}
