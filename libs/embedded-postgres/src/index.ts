export { discardCluster } from './discard.js';
export { type Durability, type PostgresMemory } from './flags.js';
export { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './server.js';
