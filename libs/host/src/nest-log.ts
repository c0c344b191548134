import type { LoggerService } from '@nestjs/common';
import type { Logger } from '#libs/log';

/** Nest's own messages on the service's log; its start-up chatter is of no use to anybody. */
export class NestLog implements LoggerService {
  constructor(private readonly to: Logger) {}

  log(): void {}

  error(message: unknown, ...rest: unknown[]): void {
    this.to.error(
      { from: 'nest', detail: String(message), stack: rest.find((part) => typeof part === 'string' && part.includes('\n')) },
      'the framework reports an error',
    );
  }

  warn(message: unknown): void {
    this.to.warn({ from: 'nest', detail: String(message) }, 'the framework warns');
  }
}
