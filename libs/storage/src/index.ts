export { AuditTrail, digestOf, type AuditEntry } from './audit-trail.js';
export { once, type OnceRequest } from './idempotency.js';
export { platformTables } from './platform-tables.js';
export { EVENT_LOG, OBJECTS, Storage, storageModule, type StorageOptions } from './storage.module.js';
