import type { FeatureDrift } from './feature-drift.js';
import type { Segment } from './segment.js';

/** What one window of event time showed. */
export interface MonitorWindow {
  readonly id: string;
  readonly workspace: string;
  readonly monitorId: string;
  readonly startsAt: Date;
  /** Exclusive. */
  readonly endsAt: Date;
  readonly segments: readonly Segment[];
  /** Empty until the window is closed. */
  readonly drift: readonly FeatureDrift[];
  /** True once all its days are tested; late outcomes still change its segments. */
  readonly closed: boolean;
}
