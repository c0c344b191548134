import { Problem } from '#libs/problem';

const HASH = /^[0-9a-f]{64}$/;
// The workspace becomes a folder name, so nothing that a path could read as more than one name.
const WORKSPACE = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;

/** True for 64 lower-case hexadecimal digits. */
export function isContentHash(text: string): boolean {
  return HASH.test(text);
}

/** True for a name that is safe as one folder of a path: letters, digits, `-` and `_`, at most 63. */
export function isWorkspaceName(text: string): boolean {
  return WORKSPACE.test(text);
}

/** Refuses what is not an address before it can become a path. */
export function requireAddress(workspace: string, hash: string): void {
  requireWorkspace(workspace);
  if (!isContentHash(hash)) throw new Problem('invalid', 'objects/address', 'an object is named by 64 hexadecimal digits');
}

export function requireWorkspace(workspace: string): void {
  if (!isWorkspaceName(workspace)) {
    throw new Problem('invalid', 'objects/address', 'a workspace name has letters, digits, - and _, at most 63');
  }
}
