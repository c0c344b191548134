import { Problem } from '#libs/problem';
import { requireColumnName, requireDistinct, requireName } from './name.js';

/** What features are about: a carrier, an airport, a plane. */
export interface Entity {
  readonly id: string;
  readonly workspace: string;
  readonly name: string;
  readonly description: string;
  /** Columns whose values together name one entity, in order. */
  readonly keys: readonly string[];
  readonly createdAt: Date;
}

const MAX_KEYS = 8;

/** @throws Problem invalid for names or keys that cannot be used */
export function newEntity(entity: Entity): Entity {
  requireName('an entity', entity.name);
  if (entity.keys.length < 1 || entity.keys.length > MAX_KEYS) {
    throw new Problem('invalid', 'features/entity-keys', `an entity has 1 to ${MAX_KEYS} keys`, { keys: entity.keys });
  }
  for (const key of entity.keys) requireColumnName('a key', key);
  requireDistinct('the key', entity.keys);
  return entity;
}
