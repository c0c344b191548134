import { Inject, Injectable } from '@nestjs/common';
import { LOG } from '#libs/host';
import type { Logger } from '#libs/log';
import { ModelHost } from '../inference/model.host.js';
import { isEndpointName } from './endpoint.js';
import { EndpointRepository } from './endpoint.repository.js';
import { currentDeployments, newestRoute, type EndpointState } from './endpoint-state.js';

/** Another replica's change is noticed after so long. */
const FRESH_MS = 1_000;
const REMEMBERED = 1_000;

interface Entry {
  /** Undefined where there is no such endpoint, which models called by name ask for again and again. */
  readonly state: EndpointState | undefined;
  readonly readAtMs: number;
  refreshing?: Promise<unknown>;
}

/** The endpoints as calls meet them: remembered, refreshed behind the calls, and never switched to a version that is not loaded. */
@Injectable()
export class EndpointDirectory {
  private readonly entries = new Map<string, Entry>();
  private warming: Promise<void> | undefined;
  private warm = false;

  constructor(
    private readonly endpoints: EndpointRepository,
    private readonly models: ModelHost,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  async find(workspace: string, name: string): Promise<EndpointState | undefined> {
    const key = `${workspace}/${name}`;
    const entry = this.entries.get(key);
    if (!entry) return isEndpointName(name) ? this.read(workspace, name) : undefined;
    if (Date.now() - entry.readAtMs <= FRESH_MS) return entry.state;
    entry.refreshing ??= this.refresh(workspace, name, entry);
    if (entry.state) return entry.state;
    await entry.refreshing; // it may have been opened through another replica just now
    return this.entries.get(key)?.state;
  }

  /** Whether what answered until the last stop is loaded again. */
  get isWarm(): boolean {
    return this.warm;
  }

  /** Reads the endpoint anew, for whoever has just changed it. */
  async read(workspace: string, name: string): Promise<EndpointState | undefined> {
    const key = `${workspace}/${name}`;
    const readAtMs = Date.now();
    const state = await this.endpoints.state(workspace, { name });
    if (state) await this.load(state, this.entries.get(key)?.state);
    const held = this.entries.get(key)?.state;
    // Two reads may overlap: the one that saw more routes is the newer.
    if (held && (!state || newestRoute(held).sequence > newestRoute(state).sequence)) return held;
    if (this.entries.size >= REMEMBERED) this.entries.delete(this.entries.keys().next().value!);
    this.entries.set(key, { state: state ?? undefined, readAtMs });
    return state ?? undefined;
  }

  /** Loads what answers behind the endpoints, once, so that a process that has just started is as fast as before. */
  warmUp(): Promise<void> {
    this.warming ??= this.readAll().catch((error: unknown) => {
      this.warming = undefined; // the database was away: the next one to ask tries again
      throw error;
    });
    return this.warming;
  }

  private async readAll(): Promise<void> {
    for (const { workspace, name } of await this.endpoints.toWarm()) {
      await this.read(workspace, name).catch((error: unknown) =>
        this.log.warn({ err: error, endpoint: name }, 'an endpoint could not be warmed'),
      );
    }
    this.warm = true;
  }

  private async refresh(workspace: string, name: string, entry: Entry): Promise<void> {
    try {
      await this.read(workspace, name);
    } catch (error) {
      // The database is away: calls go on with what is known.
      this.log.warn({ err: error, endpoint: name }, 'an endpoint could not be read again');
    } finally {
      delete entry.refreshing;
    }
  }

  private async load(state: EndpointState, known: EndpointState | undefined): Promise<void> {
    if (known && newestRoute(known).sequence === newestRoute(state).sequence) return;
    const { workspace, name } = state.endpoint;
    await Promise.all(
      currentDeployments(state).map(({ artifactHash, versionId }) =>
        this.models.ensure(workspace, artifactHash).catch((error: unknown) => {
          this.log.error({ err: error, endpoint: name, versionId }, 'a version behind an endpoint could not be loaded');
        }),
      ),
    );
  }
}
