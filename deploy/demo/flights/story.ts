import type { DemoOptions } from '../options.js';
import type { GraphClient } from '../graph-client.js';
import type { InferenceClient } from '../inference-client.js';
import type { People } from '../people.js';

/** What every chapter has at hand. */
export interface Story {
  readonly graph: GraphClient;
  readonly inference: InferenceClient;
  readonly people: People;
  readonly options: DemoOptions;
}

/** The periods of the story, as moments of decision; the airline's year is told in UTC. */
export const PERIODS = {
  train: { from: '2013-01-01T00:00:00Z', to: '2013-04-01T00:00:00Z' },
  calibrate: { from: '2013-04-01T00:00:00Z', to: '2013-05-01T00:00:00Z' },
  test: { from: '2013-05-01T00:00:00Z', to: '2013-06-01T00:00:00Z' },
  operation: { from: '2013-06-01T00:00:00Z', to: '2014-01-01T00:00:00Z' },
} as const;

export const ENDPOINT = 'late-arrival';
export const MODEL = 'late-arrival';
export const FEATURE_SERVICE = 'flight_lateness';
export const RULE = 'carrier_origin_late_24h > 0.30';
