import { join } from 'node:path';
import { EVENT_LOG, ownerRole, provision, runtimeRole, urlFor } from '#libs/database';
import { startEmbeddedPostgres } from '#libs/embedded-postgres';
import { BACKENDS } from './doors.js';
import { passwordsOf } from './secrets.js';

/** PostgreSQL, provisioned: where each role connects. */
export interface Storage {
  urlOf(service: string): string;
  ownerUrlOf(service: string): string;
  /** Resolves when an embedded server ended by itself; never for an outside one. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export interface StorageOptions {
  readonly folder: string;
  /** The embedded server's port. */
  readonly port: number | undefined;
  /** An outside server's administrator address; nothing is started then. */
  readonly adminUrl: string | undefined;
  readonly say: (sentence: string) => void;
}

/** Starts PostgreSQL, or takes the one given, and makes every service's schema and roles in it. */
export async function openStorage({ folder, port, adminUrl, say }: StorageOptions): Promise<Storage> {
  const embedded =
    adminUrl === undefined ? await startEmbeddedPostgres({ folder: join(folder, 'postgres'), port: port!, say }) : undefined;
  const url = adminUrl ?? embedded!.adminUrl;
  const passwordOf = passwordsOf(folder);
  const stop = (): Promise<void> => embedded?.stop() ?? Promise.resolve();
  try {
    await provision(url, { services: [...BACKENDS, EVENT_LOG], passwordOf });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    urlOf: (service) => urlFor(url, runtimeRole(service), passwordOf(runtimeRole(service))),
    ownerUrlOf: (service) => urlFor(url, ownerRole(service), passwordOf(ownerRole(service))),
    ended: embedded?.ended ?? new Promise(() => undefined),
    stop,
  };
}
