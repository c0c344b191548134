import { randomBytes } from 'node:crypto';

/** What an identifier names; the prefix is part of the id, so that a wrong id in a call is seen at once. */
export const ID_PREFIXES = {
  upload: 'up',
  dataset: 'ds',
  datasetVersion: 'dsv',
  contract: 'dct',
  transform: 'tf',
  datasetRead: 'dr',
  entity: 'ent',
  featureView: 'fv',
  featureService: 'fs',
  trainingSet: 'ts',
  materialization: 'mat',
  experiment: 'exp',
  run: 'run',
  pipeline: 'pl',
  pipelineRun: 'plr',
  model: 'mod',
  modelVersion: 'mv',
  gateResult: 'gr',
  promotion: 'pro',
  endpoint: 'ep',
  deployment: 'dep',
  rollout: 'ro',
  decision: 'dec',
  override: 'ovr',
  monitor: 'mon',
  window: 'win',
  alert: 'al',
  useCase: 'uc',
  metricContract: 'mc',
  assessment: 'as',
  planItem: 'pi',
  audit: 'au',
  event: 'ev',
  job: 'job',
} as const;
export type IdKind = keyof typeof ID_PREFIXES;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'; // Crockford base 32: no i, l, o, u

function base32(value: bigint, length: number): string {
  let text = '';
  for (let rest = value, i = 0; i < length; i++, rest >>= 5n) text = ALPHABET[Number(rest & 31n)]! + text;
  return text;
}

let lastMs = 0;
let lastRandom = 0n;

/**
 * Makes a global identifier such as `mv_01jd9x3s6zq8…`: prefix, 48 bits of wall-clock milliseconds and 80 random bits (ULID),
 * so ids sort by the time they were made; within one millisecond of one process they still grow.
 */
export function newId(kind: IdKind, nowMs: number = Date.now()): string {
  if (nowMs > lastMs) {
    lastMs = nowMs;
    lastRandom = BigInt(`0x${randomBytes(10).toString('hex')}`) >> 1n;
  } else {
    lastRandom += 1n;
  }
  return `${ID_PREFIXES[kind]}_${base32(BigInt(lastMs), 10)}${base32(lastRandom, 16)}`;
}

/** True where `id` has the prefix of `kind` and the length of an id made here. */
export function isId(kind: IdKind, id: string): boolean {
  const prefix = `${ID_PREFIXES[kind]}_`;
  return id.startsWith(prefix) && id.length === prefix.length + 26;
}
