export { type Durability, type PostgresMemory } from './flags.js';
export { stopServerOf } from './orphan.js';
export { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './server.js';
