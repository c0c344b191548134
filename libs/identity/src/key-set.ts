import {
  createLocalJWKSet,
  errors,
  type CryptoKey,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWSHeaderParameters,
} from 'jose';
import { Problem } from '#libs/problem';
import { fetchJson } from './fetch-json.js';

/** When the issuer's keys are asked for again. */
export interface KeySetTimes {
  /** Older keys are asked for again in the background, in milliseconds. */
  readonly freshMs: number;
  /** Older keys are not used any more, in milliseconds: this is how long an outage of the issuer is borne. */
  readonly staleMs: number;
  /** An unknown key id asks at most this often, in milliseconds, so that forged tokens cannot flood the issuer. */
  readonly cooldownMs: number;
  readonly deadlineMs: number;
}

type Keys = ReturnType<typeof createLocalJWKSet>;

/** The issuer's public keys (RFC 7517): cached, followed through rotation, kept through an outage. */
export class KeySet {
  private keys: Keys | undefined;
  private loadedAt = 0;
  private askedAt = -Infinity;
  private asking: Promise<Keys> | undefined;

  constructor(
    private readonly url: URL,
    private readonly times: KeySetTimes,
    private readonly nowMs: () => number,
  ) {}

  /** @throws Problem `identity/keys-unavailable` where no usable keys are at hand; jose's error where none of them fits */
  readonly find = async (header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> => {
    const keys = await this.current();
    try {
      return await keys(header, token);
    } catch (error) {
      const mayBeRotated = error instanceof errors.JWKSNoMatchingKey && this.nowMs() - this.askedAt >= this.times.cooldownMs;
      if (!mayBeRotated) throw error;
      const renewed = await this.ask().catch(() => keys);
      return renewed(header, token);
    }
  };

  private async current(): Promise<Keys> {
    const age = this.nowMs() - this.loadedAt;
    if (this.keys === undefined || age > this.times.staleMs) return this.ask();
    const due = age > this.times.freshMs && this.nowMs() - this.askedAt >= this.times.cooldownMs;
    if (due) void this.ask().catch(() => undefined); // the old keys serve until new ones are here
    return this.keys;
  }

  private ask(): Promise<Keys> {
    this.asking ??= this.load().finally(() => (this.asking = undefined));
    return this.asking;
  }

  private async load(): Promise<Keys> {
    this.askedAt = this.nowMs();
    try {
      const { status, body } = await fetchJson(this.url, this.times.deadlineMs);
      if (status !== 200) throw new Error(`status ${status}`);
      this.keys = createLocalJWKSet(body as JSONWebKeySet); // jose checks the shape
      this.loadedAt = this.nowMs();
      return this.keys;
    } catch {
      throw new Problem('unavailable', 'identity/keys-unavailable', 'the issuer of tokens does not answer with its keys');
    }
  }
}
