import type * as gql from '../graphql.generated.js';
import { HOUR_MS, type LatestFeature, type WindowFeature } from './feature-view.js';
import type { ViewDraft } from './feature-view.service.js';

/** What a client asked for, as the domain names it. */
export function latestDraft({ features, maxAgeHours, idempotencyKey: _, ...input }: gql.LatestViewInput): ViewDraft {
  return {
    ...input,
    kind: 'latest',
    maxAgeMs: maxAgeHours === null || maxAgeHours === undefined ? null : maxAgeHours * HOUR_MS,
    features: features.map(latestFeature),
  };
}

function latestFeature({ name, type, description, column, age }: gql.LatestFeatureInput): LatestFeature {
  // The age is the row's, whichever column a client may have named beside it.
  return age
    ? { name, type, description, yields: 'age', column: null }
    : { name, type, description, yields: 'column', column: column ?? null };
}

export function windowDraft({ features, idempotencyKey: _, ...input }: gql.WindowViewInput): ViewDraft {
  return { ...input, kind: 'window', eventTimeColumn: null, maxAgeMs: null, features: features.map(windowFeature) };
}

function windowFeature({ name, description, aggregate, column, windowHours, minRows }: gql.WindowFeatureInput): WindowFeature {
  return {
    name,
    type: 'number',
    description,
    aggregate,
    column: column ?? null,
    windowMs: windowHours * HOUR_MS,
    minRows: minRows ?? 1,
  };
}
