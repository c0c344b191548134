import type { ObjectStore } from '#libs/objects';
import type { ObjectReference } from '../run/run.js';

/** A text object of the run, its bytes verified against its hash. */
export async function readText(objects: ObjectStore, workspace: string, { hash, sizeBytes }: ObjectReference): Promise<string> {
  return Buffer.from(await objects.bytes(workspace, hash, { verify: true, maxBytes: sizeBytes })).toString('utf8');
}
