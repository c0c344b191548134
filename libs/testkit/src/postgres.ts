import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { ownerRole, runtimeRole, urlFor } from '#libs/database';
import { passwordOf, sharedServer, TEMPLATE } from './shared-server.js';

/** A database of its own for one test file, provisioned like the real one: every service's schema and roles, and the event log. */
export interface TestDatabase extends AsyncDisposable {
  /** The superuser, for looking from outside. */
  readonly adminUrl: string;
  /** The runtime role of a service, bound by row-level security; `EVENT_LOG` is one too. */
  urlOf(service: string): string;
  /** The role that migrates. */
  ownerUrlOf(service: string): string;
  /** Removes the database, ending whatever is still connected. */
  drop(): Promise<void>;
}

/**
 * A fresh database on the run's shared server:
 *
 *     let db: TestDatabase;
 *     beforeAll(async () => { db = await postgres(); await migrate({ ownerUrl: db.ownerUrlOf('registry'), … }); });
 *     afterAll(() => db.drop());
 */
export async function postgres(): Promise<TestDatabase> {
  const server = await sharedServer();
  const name = `test_${randomBytes(6).toString('hex')}`;
  const { username, password } = new URL(server);
  await asAdmin(server, `create database ${name} template ${TEMPLATE}`);
  const drop = (): Promise<void> => asAdmin(server, `drop database if exists ${name} with (force)`);
  return {
    adminUrl: urlFor(server, username, decodeURIComponent(password), name),
    urlOf: (service) => urlFor(server, runtimeRole(service), passwordOf(runtimeRole(service)), name),
    ownerUrlOf: (service) => urlFor(server, ownerRole(service), passwordOf(ownerRole(service)), name),
    drop,
    [Symbol.asyncDispose]: drop,
  };
}

async function asAdmin(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
