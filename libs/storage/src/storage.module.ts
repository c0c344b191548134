import type { DynamicModule, OnApplicationShutdown } from '@nestjs/common';
import { DataSource, type EntitySchema } from 'typeorm';
import { createDataSource, migrate, schemaName, type MigrationClass } from '#libs/database';
import {
  EventConsumer,
  Outbox,
  OutboxRelay,
  PostgresEventLog,
  type EventHandler,
  type EventLog,
  type Report,
} from '#libs/events';
import { LOG, type ReadinessCheck, type Stoppable } from '#libs/host';
import type { ServiceName } from '#libs/identity';
import type { Logger } from '#libs/log';
import { FolderObjectStore, type ObjectStore } from '#libs/objects';
import { catalogue } from '#libs/topics';
import { AuditTrail } from './audit-trail.js';

/** Injection token of the `EventLog`. */
export const EVENT_LOG = Symbol('event log');
/** Injection token of the `ObjectStore`. */
export const OBJECTS = Symbol('object store');

export interface StorageOptions {
  readonly service: ServiceName;
  readonly env: {
    readonly DATABASE_URL: string;
    readonly DATABASE_OWNER_URL: string;
    readonly EVENTS_URL: string;
    readonly OBJECTS_FOLDER: string;
  };
  readonly entities: readonly EntitySchema[];
  readonly migrations: readonly MigrationClass[];
}

/** What a service with tables stands on; everything else it gets through the constructor of what needs it. */
export class Storage implements OnApplicationShutdown {
  constructor(
    readonly service: ServiceName,
    readonly db: DataSource,
    readonly events: EventLog,
    private readonly databaseUrl: string,
    private readonly report: Report,
  ) {}

  /** Begins to publish the outbox, and to handle events where the service consumes any; what it returns is stopped at shutdown. */
  async work(
    ...groups: readonly { readonly group: string; readonly handlers: readonly EventHandler[] }[]
  ): Promise<readonly Stoppable[]> {
    const schema = schemaName(this.service);
    const relay = new OutboxRelay({ url: this.databaseUrl, schema, log: this.events, report: this.report });
    relay.start();
    const consumers = groups.map(({ group, handlers }) =>
      EventConsumer.start({ log: this.events, db: this.db, group, handlers, report: this.report }),
    );
    return [...(await Promise.all(consumers)), relay];
  }

  /** Ready when the database and the log answer. */
  checks(): readonly ReadinessCheck[] {
    return [
      { name: 'database', check: () => this.db.query('select 1') },
      { name: 'event log', check: () => this.events.ping() },
    ];
  }

  async onApplicationShutdown(): Promise<void> {
    await this.events.close();
    if (this.db.isInitialized) await this.db.destroy();
  }
}

function reporter(log: Logger): Report {
  return (sentence, facts) => ('error' in facts ? log.warn(facts, sentence) : log.info(facts, sentence));
}

async function open({ service, env, entities, migrations }: StorageOptions, log: Logger): Promise<Storage> {
  await migrate({ service, ownerUrl: env.DATABASE_OWNER_URL, migrations });
  const report = reporter(log);
  const db = await createDataSource({ service, url: env.DATABASE_URL, entities });
  const events = await PostgresEventLog.open({ url: env.EVENTS_URL, catalogue, name: service, report });
  return new Storage(service, db, events, env.DATABASE_URL, report);
}

/** Global module: migrates, then provides DataSource, Outbox, AuditTrail, EVENT_LOG, OBJECTS and Storage. */
export function storageModule(options: StorageOptions): DynamicModule {
  const { service, env } = options;
  const outbox = new Outbox(schemaName(service), catalogue);
  const provided = [
    { provide: Storage, useFactory: (log: Logger) => open(options, log), inject: [LOG] },
    { provide: DataSource, useFactory: (storage: Storage) => storage.db, inject: [Storage] },
    { provide: EVENT_LOG, useFactory: (storage: Storage): EventLog => storage.events, inject: [Storage] },
    { provide: Outbox, useValue: outbox },
    { provide: AuditTrail, useValue: new AuditTrail(service, outbox) },
    { provide: OBJECTS, useFactory: (): Promise<ObjectStore> => FolderObjectStore.open(env.OBJECTS_FOLDER) },
  ];
  return { module: class StorageModule {}, global: true, providers: provided, exports: provided.map(({ provide }) => provide) };
}
