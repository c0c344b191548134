import type { TimelineChunk } from '#libs/timeline';

/** A chunk of the timeline of one entity. */
export interface EntityChunk extends TimelineChunk {
  readonly entityKey: string;
}

/** Questions to the store, column by column; what belongs together stands at the same position. */
export interface Probes {
  readonly views: readonly string[];
  readonly entityKeys: readonly string[];
  /** Milliseconds since 1970 UTC. */
  readonly momentsMs: readonly number[];
}

/**
 * Timelines by entity key, read as of any moment. A view's timelines are replaced as a whole: a new generation is filled out of
 * sight, then published in one step, so that no reader sees half of it; what a reader asks in one call is answered from one
 * generation of each view.
 *
 * Problems: those of the storage behind it (unavailable, deadline).
 */
export interface OnlineStore {
  /** Adds chunks to a generation nobody reads yet. The same chunk again changes nothing, so an interrupted fill can be repeated. */
  append(workspace: string, generation: string, chunks: readonly EntityChunk[]): Promise<void>;
  /** From now on readers of the view meet this generation; answers the one it replaced. */
  publish(workspace: string, view: string, generation: string): Promise<string | null>;
  /** For each probe the payload of the chunk in which the last entry known at its moment lies; null where nothing was known yet. */
  find(workspace: string, probes: Probes): Promise<readonly (Uint8Array | null)[]>;
  /** Removes a generation that no view publishes; one that a view does is left alone, and false is answered. */
  remove(workspace: string, generation: string): Promise<boolean>;
}
