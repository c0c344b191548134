import { Problem } from '#libs/problem';
import { workspaceScope } from './client-credentials.js';
import { fetchJson, issuerUrl, type JsonAnswer } from './fetch-json.js';
import type { ServiceName } from './role.js';

export interface ServiceTokensOptions {
  /** The issuer's token endpoint. */
  readonly tokenUrl: string;
  readonly service: ServiceName;
  readonly secret: string;
  /** One request to the issuer takes no longer than this; five seconds when left out. */
  readonly deadlineMs?: number;
  /** A token is renewed when less than this is left of its life; sixty seconds when left out. */
  readonly renewBeforeSeconds?: number;
  readonly allowPlainHttp?: boolean;
  /** The wall clock, in milliseconds; only a test sets it. */
  readonly nowMs?: () => number;
}

interface Held {
  readonly token: string;
  readonly renewAtMs: number;
  readonly expiresAtMs: number;
}

const WORKSPACES = 1024;

/** A service's own tokens, one per workspace: asked for by client credentials, kept, renewed before they expire. */
export class ServiceTokens {
  private readonly url: URL;
  private readonly nowMs: () => number;
  private readonly held = new Map<string, Held>();
  private readonly asking = new Map<string, Promise<Held>>();

  constructor(private readonly options: ServiceTokensOptions) {
    this.url = issuerUrl(options.tokenUrl, options.allowPlainHttp ?? false);
    this.nowMs = options.nowMs ?? Date.now;
  }

  /**
   * The value for `authorization`: `Bearer <token>` of this service in `workspace`.
   * While the issuer is away a token in hand is used to its end.
   * @throws Problem `identity/issuer-unavailable` (unavailable), `identity/client-refused` (unauthenticated)
   */
  async authorization(workspace: string): Promise<string> {
    const held = this.held.get(workspace);
    if (held !== undefined && this.nowMs() < held.renewAtMs) return `Bearer ${held.token}`;
    try {
      return `Bearer ${(await this.ask(workspace)).token}`;
    } catch (error) {
      if (held !== undefined && this.nowMs() < held.expiresAtMs) return `Bearer ${held.token}`;
      throw error;
    }
  }

  private ask(workspace: string): Promise<Held> {
    const running = this.asking.get(workspace);
    if (running !== undefined) return running;
    const asked = this.request(workspace).finally(() => this.asking.delete(workspace));
    this.asking.set(workspace, asked);
    return asked;
  }

  private async request(workspace: string): Promise<Held> {
    const askedAtMs = this.nowMs();
    const { status, body } = await this.post(workspace);
    if (status === 400 || status === 401) {
      throw new Problem(
        'unauthenticated',
        'identity/client-refused',
        `the issuer refuses the credentials of ${this.options.service}`,
      );
    }
    const { access_token: token, expires_in: lifetimeSeconds } = (body ?? {}) as Readonly<Record<string, unknown>>;
    if (status !== 200 || typeof token !== 'string' || typeof lifetimeSeconds !== 'number') throw unavailable();
    const expiresAtMs = askedAtMs + lifetimeSeconds * 1000;
    // A short-lived token is renewed at half its life, or every call would ask.
    const renewBeforeMs = Math.min((this.options.renewBeforeSeconds ?? 60) * 1000, lifetimeSeconds * 500);
    return this.keep(workspace, { token, expiresAtMs, renewAtMs: expiresAtMs - renewBeforeMs });
  }

  private async post(workspace: string): Promise<JsonAnswer> {
    const { service, secret, deadlineMs } = this.options;
    const credentials = Buffer.from(`${service}:${encodeURIComponent(secret)}`).toString('base64');
    try {
      return await fetchJson(this.url, deadlineMs ?? 5_000, {
        method: 'POST',
        headers: { authorization: `Basic ${credentials}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', scope: workspaceScope(workspace) }),
      });
    } catch {
      throw unavailable();
    }
  }

  private keep(workspace: string, held: Held): Held {
    if (this.held.size >= WORKSPACES && !this.held.has(workspace)) {
      const oldest = this.held.keys().next();
      if (!oldest.done) this.held.delete(oldest.value);
    }
    this.held.set(workspace, held);
    return held;
  }
}

function unavailable(): Problem {
  return new Problem('unavailable', 'identity/issuer-unavailable', 'the issuer of tokens does not answer');
}
