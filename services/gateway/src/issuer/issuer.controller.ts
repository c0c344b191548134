import { Controller, Get, Header, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { LocalIssuer } from '#libs/identity';
import { readBody } from '../door/request.body.js';

/** Injection token of the local issuer. */
export const LOCAL_ISSUER = Symbol('local issuer');

const FORM_BOUNDS = { maxBytes: 8 * 1024, deadlineMs: 5_000 };

/** The doors of the local issuer (OpenID Connect Discovery, JWKS, client credentials). They do not exist in production. */
@Controller()
export class IssuerController {
  constructor(@Inject(LOCAL_ISSUER) private readonly issuer: LocalIssuer) {}

  @Get('.well-known/openid-configuration')
  discovery(): object {
    return this.issuer.discovery();
  }

  @Get('.well-known/jwks.json')
  @Header('cache-control', 'public, max-age=60')
  jwks(): object {
    return this.issuer.jwks();
  }

  @Post('oauth/token')
  @HttpCode(200)
  async token(@Req() request: Request, @Res() response: Response): Promise<void> {
    const form = new URLSearchParams(await readBody(request, FORM_BOUNDS));
    const { status, body } = await this.issuer.grant({ form, authorization: request.headers.authorization });
    response.status(status).setHeader('cache-control', 'no-store').json(body);
  }
}
