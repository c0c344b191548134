/** A question as it is written down, level 1 (Initial) to level 5 (Optimised). */
export interface Seed {
  readonly code: string;
  readonly text: string;
  readonly levels: readonly [string, string, string, string, string];
}
