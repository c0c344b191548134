import { Inject, Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { IDENTITY, type HostIdentity } from '#libs/host';
import { Problem } from '#libs/problem';
import { GATEWAY_ENV, type GatewayEnv } from '../env.js';
import { backendUrls } from '../supergraph/backend.urls.js';
import { doorOf, type RestDoor } from './rest-doors.js';
import { StreamProxy } from './stream.proxy.js';

/** REST doors: the token is verified here and again by the service, then the bytes stream through. */
@Injectable()
export class RestDoorMiddleware implements NestMiddleware {
  constructor(
    @Inject(GATEWAY_ENV) private readonly env: GatewayEnv,
    @Inject(IDENTITY) private readonly identity: HostIdentity,
    private readonly proxy: StreamProxy,
  ) {}

  async use(request: Request, response: Response, next: NextFunction): Promise<void> {
    // Parsed once: a path with dots in it is judged and passed on in its plain form.
    const url = new URL(request.originalUrl, 'http://gateway');
    const door = doorOf(url.pathname);
    if (!door) return next();
    await this.pass(door, url, request, response);
  }

  private async pass(door: RestDoor, { pathname, search }: URL, request: Request, response: Response): Promise<void> {
    try {
      if (!door.methods.includes(request.method))
        throw new Problem('invalid', 'gateway/method', `${request.method} is not offered here`);
      await this.identity.verify(request.headers.authorization);
      const target = new URL(backendUrls(this.env)[door.service]);
      target.pathname = pathname;
      target.search = search;
      await this.proxy.pass(request, response, target, { maxBytes: this.env.MAX_UPLOAD_BYTES, idleMs: this.env.UPLOAD_IDLE_MS });
    } catch (error) {
      if (response.headersSent) return void response.destroy(); // half an answer must not look like a whole one
      if (!request.complete) {
        response.setHeader('connection', 'close');
        response.once('finish', () => request.destroy());
      }
      throw error;
    }
  }
}
