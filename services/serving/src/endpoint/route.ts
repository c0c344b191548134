import type { Arm } from '../decision/decision.js';

/**
 * Who answers from a moment on. Routes are only added: a decision of the past still meets the arms of its moment, so that a replay
 * routes the same rows to the same versions at any speed.
 */
export interface Route {
  readonly workspace: string;
  readonly endpointId: string;
  /** Position among the endpoint's routes, from 1. */
  readonly sequence: number;
  /** Event time from which it holds; null where it holds from now on, whatever a row's moment. */
  readonly effectiveFrom: Date | null;
  readonly championVersionId: string;
  readonly challengerVersionId: string | null;
  /** Share of the calls that meet the challenger, in per cent. */
  readonly percent: number;
  /** Number of the rollout that made it, among the endpoint's rollouts; 0 for the endpoint's creation. */
  readonly rolloutNumber: number;
}

/** Which version answers a row, and in which role. */
export interface Routed {
  readonly versionId: string;
  readonly arm: Arm;
}

/** The route of a moment: the last one added that holds then, since what was decided later overrules. */
export function routeAt(routes: readonly Route[], momentMs: number): Route | undefined {
  return routes.findLast(({ effectiveFrom }) => effectiveFrom === null || effectiveFrom.getTime() <= momentMs) ?? routes[0];
}

/**
 * Sends a row to an arm. The same key of the same endpoint and rollout always lands at the same place of 10,000, so a key that met the
 * challenger at 10 % meets it at 50 % too (consistent hashing of two arms); another rollout shuffles anew.
 */
export function routeRow(route: Route, endpointName: string, rowKey: string): Routed {
  const { challengerVersionId, championVersionId, percent, rolloutNumber } = route;
  const place = hash32(`${endpointName}/${rolloutNumber}/${rowKey}`) % 10_000;
  return challengerVersionId !== null && place < percent * 100
    ? { versionId: challengerVersionId, arm: 'challenger' }
    : { versionId: championVersionId, arm: 'champion' };
}

/** FNV-1a with the finalizer of MurmurHash3, over UTF-16 units: the same on every machine and in every release. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
