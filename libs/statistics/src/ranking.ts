import { requireFinite, requireOutcomes, requireSameLength, type NumberColumn } from './columns.js';

/**
 * Area under the ROC curve: the chance that a positive row scores above a negative one, ties counting half
 * (the Mann–Whitney statistic; Hanley & McNeil, Radiology 1982). `undefined` where one class is absent, because no such pair exists.
 *
 * @param scores any finite numbers; only their order matters
 * @param outcomes 0 or 1 per row
 */
export function areaUnderRoc(scores: NumberColumn, outcomes: NumberColumn): number | undefined {
  requireSameLength(scores, outcomes, 'scores and outcomes');
  requireFinite(scores, 'scores');
  requireOutcomes(outcomes);
  const order = Uint32Array.from({ length: scores.length }, (_, row) => row).sort((a, b) => scores[a]! - scores[b]!);
  let positives = 0;
  let rankSum = 0;
  for (let start = 0; start < order.length;) {
    const score = scores[order[start]!]!;
    let end = start;
    let tiedPositives = 0;
    while (end < order.length && scores[order[end]!] === score) tiedPositives += outcomes[order[end++]!]!;
    positives += tiedPositives;
    rankSum += tiedPositives * ((start + 1 + end) / 2); // tied rows share the mean of their ranks
    start = end;
  }
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return undefined;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
