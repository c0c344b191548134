import { Controller, Get, HttpCode, Inject, ServiceUnavailableException } from '@nestjs/common';

/** A named condition of readiness; it resolves when the thing answers and rejects with why not. */
export interface ReadinessCheck {
  readonly name: string;
  check(): Promise<unknown>;
}

export const READINESS_CHECKS = Symbol('readiness checks');
const CHECK_DEADLINE_MS = 2_000;

function within(work: Promise<unknown>, ms: number): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${ms} ms`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Live: the process turns. Ready: everything it needs to serve answers. */
@Controller('health')
export class HealthController {
  constructor(@Inject(READINESS_CHECKS) private readonly checks: readonly ReadinessCheck[]) {}

  @Get('live')
  @HttpCode(200)
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  @Get('ready')
  async ready(): Promise<{ status: 'ready' }> {
    const outcomes = await Promise.allSettled(this.checks.map((check) => within(check.check(), CHECK_DEADLINE_MS)));
    const failing = this.checks.filter((_, index) => outcomes[index]!.status === 'rejected').map((check) => check.name);
    if (failing.length > 0) throw new ServiceUnavailableException({ status: 'not ready', failing });
    return { status: 'ready' };
  }
}
