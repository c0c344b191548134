import { Inject, Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { GATEWAY_ENV, type GatewayEnv } from '../env.js';

const PREFLIGHT_SECONDS = 600;

/**
 * Cross-origin calls are closed: only sites named in CORS_ORIGINS are answered as such, and never with credentials, because a token
 * travels in a header that the page itself must set.
 */
@Injectable()
export class CrossOriginMiddleware implements NestMiddleware {
  constructor(@Inject(GATEWAY_ENV) private readonly env: GatewayEnv) {}

  use(request: Request, response: Response, next: NextFunction): void {
    const { origin } = request.headers;
    response.setHeader('x-content-type-options', 'nosniff');
    if (this.env.CORS_ORIGINS.length > 0) response.vary('Origin');
    if (origin !== undefined && this.env.CORS_ORIGINS.includes(origin)) response.setHeader('access-control-allow-origin', origin);
    if (request.method !== 'OPTIONS') return next();
    if (response.hasHeader('access-control-allow-origin')) {
      response.setHeader('access-control-allow-methods', 'GET, POST, PUT, DELETE');
      response.setHeader('access-control-allow-headers', 'authorization, content-type, accept, traceparent');
      response.setHeader('access-control-max-age', PREFLIGHT_SECONDS);
    }
    response.status(204).end();
  }
}
