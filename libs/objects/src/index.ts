export type { ByteRange, ObjectHead, ObjectRead, ObjectStore, ObjectWrite } from './object-store.js';
export { isContentHash, isWorkspaceName } from './address.js';
export { FolderObjectStore, type FolderOptions } from './folder-object-store.js';
