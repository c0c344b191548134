import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { SqlEngine } from '#libs/sql';
import { SQL } from './tokens.js';

/** Ends the SQL engine's processes with the service. */
@Injectable()
export class SqlEngineLifetime implements OnApplicationShutdown {
  constructor(@Inject(SQL) private readonly engine: SqlEngine) {}

  onApplicationShutdown(): Promise<void> {
    return this.engine.close();
  }
}
