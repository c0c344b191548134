import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import type { Viewer } from '#libs/identity';
import type { ObjectStore } from '#libs/objects';
import { Problem } from '#libs/problem';
import { OBJECTS } from '#libs/storage';
import type { DataEnv } from '../env.js';
import { ENV } from '../tokens.js';
import type { Upload } from './upload.js';
import { UploadRepository } from './upload.repository.js';

@Injectable()
export class UploadService {
  constructor(
    private readonly uploads: UploadRepository,
    @Inject(OBJECTS) private readonly objects: ObjectStore,
    @Inject(ENV) private readonly env: DataEnv,
  ) {}

  /** Stores a body as it comes, whole or not at all. */
  async receive(body: Readable, viewer: Viewer, expectedHash?: string): Promise<Upload> {
    const { workspace } = viewer;
    const bounds = { maxBytes: this.env.UPLOAD_MAX_BYTES, ...(expectedHash === undefined ? {} : { expectedHash }) };
    const { hash, sizeBytes } = await this.objects.put(workspace, body, bounds);
    if (sizeBytes === 0) throw new Problem('invalid', 'data/upload-empty', 'the upload has no bytes');
    const upload = { workspace, hash, sizeBytes, uploadedBy: viewer.id, uploadedAt: new Date() };
    await this.uploads.record(upload, viewer);
    return upload;
  }

  /** @throws Problem not-found where nobody in the workspace uploaded these bytes */
  async require(workspace: string, hash: string): Promise<void> {
    if (await this.uploads.exists(workspace, hash)) return;
    throw new Problem('not-found', 'data/upload', `nothing was uploaded with the hash ${hash.slice(0, 64)}`, {
      hash: hash.slice(0, 64),
    });
  }
}
