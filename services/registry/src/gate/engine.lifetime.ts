import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { InferencePool } from '#libs/inference';
import type { SqlEngine } from '#libs/sql';
import { SQL } from '../tokens.js';

/** Ends the processes in which artifacts are tested. */
@Injectable()
export class EngineLifetime implements OnModuleDestroy {
  constructor(
    @Inject(SQL) private readonly sql: SqlEngine,
    private readonly pool: InferencePool,
  ) {}

  async onModuleDestroy(): Promise<void> {
    await Promise.all([this.sql.close(), this.pool.close()]);
  }
}
