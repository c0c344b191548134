/** What decides which of an entity's rows is the newest. */
export interface DatedRow {
  readonly knownMs: number;
  readonly eventMs: number;
}

/**
 * The rows that are ever the newest known one: a row about an older event that becomes known late is passed over, a correction (same
 * event, known later) takes over, and of rows known at once the one about the latest event counts, the last of equals.
 * @param rows of one entity, by known time, then event time, then position in the source
 * @returns positions in `rows`, with strictly growing known time
 */
export function newestKnown(rows: readonly DatedRow[]): number[] {
  const kept: number[] = [];
  for (const [index, { knownMs, eventMs }] of rows.entries()) {
    const last = kept.at(-1);
    if (last !== undefined && eventMs < rows[last]!.eventMs) continue;
    if (last !== undefined && knownMs === rows[last]!.knownMs) kept.pop();
    kept.push(index);
  }
  return kept;
}
