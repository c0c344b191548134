import { Injectable } from '@nestjs/common';
import type { Viewer } from '#libs/identity';
import { newId } from '#libs/ids';
import { Problem } from '#libs/problem';
import { newEntity, type Entity } from './entity.js';
import { EntityRepository } from './entity.repository.js';

export interface EntityDraft {
  readonly name: string;
  readonly description: string;
  readonly keys: readonly string[];
  readonly idempotencyKey: string | null;
}

@Injectable()
export class EntityService {
  constructor(private readonly entities: EntityRepository) {}

  create({ idempotencyKey, ...draft }: EntityDraft, viewer: Viewer): Promise<Entity> {
    const entity = newEntity({ id: newId('entity'), workspace: viewer.workspace, ...draft, createdAt: new Date() });
    return this.entities.create(entity, viewer, idempotencyKey);
  }

  async get(workspace: string, id: string): Promise<Entity> {
    const entity = await this.entities.find(workspace, { id });
    if (!entity) throw new Problem('not-found', 'features/entity', `no entity ${id}`, { id });
    return entity;
  }

  findByName(workspace: string, name: string): Promise<Entity | null> {
    return this.entities.find(workspace, { name });
  }

  findAll(workspace: string, ids: readonly string[]): Promise<readonly Entity[]> {
    return this.entities.findAll(workspace, ids);
  }
}
