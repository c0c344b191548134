import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { decodeSketch, encodeSketch } from '#libs/statistics';
import type { FeatureReference } from '../window/feature-reference.js';

interface StoredFeature {
  readonly feature: string;
  readonly days: readonly string[];
}

/** Stored compressed: every day repeats the cuts of its feature. */
export function bytesOfReference(reference: readonly FeatureReference[]): Buffer {
  const stored = reference.map(({ feature, days }): StoredFeature => ({
    feature,
    days: days.map((day) => Buffer.from(encodeSketch(day)).toString('base64')),
  }));
  return deflateRawSync(JSON.stringify(stored));
}

export function referenceFromBytes(bytes: Uint8Array): readonly FeatureReference[] {
  const stored = JSON.parse(inflateRawSync(bytes).toString('utf8')) as readonly StoredFeature[];
  return stored.map(({ feature, days }) => ({ feature, days: days.map((day) => decodeSketch(Buffer.from(day, 'base64'))) }));
}
