import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { withWorkspace } from '#libs/database';
import type { Viewer } from '#libs/identity';
import { Problem } from '#libs/problem';
import { AuditTrail, once } from '#libs/storage';
import type { Entity } from './entity.js';
import { entityMapping } from './entity.mapping.js';

@Injectable()
export class EntityRepository {
  constructor(
    private readonly db: DataSource,
    private readonly audit: AuditTrail,
  ) {}

  /** Stores a new entity, or answers the one that the same idempotency key made. */
  create(entity: Entity, viewer: Viewer, key: string | null): Promise<Entity> {
    const { workspace, name, description, keys } = entity;
    const taken = (): Problem => new Problem('conflict', 'features/entity-name', `an entity named ${name} exists`, { name });
    return withWorkspace(
      this.db,
      workspace,
      async (tx) => {
        const request = { workspace, operation: 'createEntity', key, request: { name, description, keys } };
        const { id } = await once(tx, request, async () => {
          await tx.insert(entityMapping, { ...entity, keys: [...keys] });
          await this.audit.record(tx, {
            viewer,
            action: 'create-entity',
            subjectKind: 'entity',
            subjectId: entity.id,
            after: entity,
          });
          return entity.id;
        });
        return tx.findOneByOrFail(entityMapping, { id });
      },
      { entity_name: taken },
    );
  }

  find(workspace: string, where: { readonly id: string } | { readonly name: string }): Promise<Entity | null> {
    return withWorkspace(this.db, workspace, (tx) => tx.findOneBy(entityMapping, where));
  }

  findAll(workspace: string, ids: readonly string[]): Promise<readonly Entity[]> {
    return withWorkspace(this.db, workspace, (tx) => tx.findBy(entityMapping, { id: In([...ids]) }));
  }
}
