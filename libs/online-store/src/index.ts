export type { EntityChunk, OnlineStore, Probes } from './online-store.js';
export { PostgresOnlineStore } from './postgres-online-store.js';
export { onlineStoreTables } from './tables.js';
