import { Controller, Headers, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { IDENTITY, type HostIdentity } from '#libs/host';
import { parsePermission, permits, type Viewer } from '#libs/identity';
import { Problem } from '#libs/problem';
import { announcedHash } from './upload.js';
import { UploadService } from './upload.service.js';

/** Who may send files. */
export const UPLOAD_PERMISSION = ['data-engineer'] as const;
const PERMISSION = parsePermission([...UPLOAD_PERMISSION]);

interface Receipt {
  readonly hash: string;
  readonly sizeBytes: number;
}

/** POST /uploads: the body is the file. Streamed to the object store, so its length costs no memory. */
@Controller('uploads')
export class UploadController {
  constructor(
    private readonly uploads: UploadService,
    @Inject(IDENTITY) private readonly identity: HostIdentity,
  ) {}

  @Post()
  @HttpCode(201)
  async upload(
    @Req() request: Request,
    @Headers('authorization') authorization?: string,
    @Headers('content-digest') digest?: string,
  ): Promise<Receipt> {
    const viewer = await this.require(authorization);
    // A JSON body was taken apart before it came here; files are bytes to this door, whatever they hold.
    if (request.is('json')) throw new Problem('invalid', 'data/upload-type', 'send the file as application/octet-stream');
    const { hash, sizeBytes } = await this.uploads.receive(request, viewer, announcedHash(digest));
    return { hash, sizeBytes };
  }

  private async require(authorization: string | undefined): Promise<Viewer> {
    const viewer = await this.identity.verify(authorization);
    if (permits(viewer, PERMISSION)) return viewer;
    throw new Problem('forbidden', 'identity/not-permitted', `${viewer.id} may not upload`);
  }
}
