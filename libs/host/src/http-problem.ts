import { Catch, HttpException, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import type { Logger } from '#libs/log';
import { Problem, type ProblemKind } from '#libs/problem';
import { LOG } from './tokens.js';

const STATUS: Readonly<Record<ProblemKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  exhausted: 429,
  deadline: 504,
  cancelled: 499,
  unimplemented: 501,
  unavailable: 503,
};

/** Errors of REST doors as `application/problem+json` (RFC 9457). Errors of the graph are left to the graph. */
@Catch()
export class HttpProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOG) private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType<string>() === 'graphql') throw error;
    const response = host.switchToHttp().getResponse<Response>();
    const { status, body } = this.answer(error);
    if (!response.headersSent) response.status(status).type('application/problem+json').send(JSON.stringify(body));
  }

  private answer(error: unknown): { status: number; body: object } {
    if (error instanceof Problem) {
      const status = STATUS[error.kind];
      return { status, body: { type: error.slug, title: error.kind, status, detail: error.message, ...error.facts } };
    }
    if (error instanceof HttpException) {
      const response = error.getResponse();
      return { status: error.getStatus(), body: typeof response === 'object' ? response : { title: response } };
    }
    const status = (error as { status?: number }).status;
    if (status !== undefined && status >= 400 && status < 500) return { status, body: { type: 'http/refused', status } };
    this.log.error({ err: error }, 'a request failed unexpectedly');
    return { status: 500, body: { type: 'internal', title: 'internal error', status: 500 } };
  }
}
