import { type IsotonicCurve } from './calibration.js';
import { checkHeldOut, type HeldOut } from './held-out.js';

/** Neighbouring rows with one probability. */
interface Block {
  rows: number;
  events: number;
  scoreSum: number;
}

/**
 * Isotonic regression by pooling adjacent violators, drawn as a line through the blocks' centres (centered isotonic regression, Oron
 * and Flournoy 2017) instead of as steps: a step turns a rounding difference of two scores into another probability, and ranks many
 * rows alike. A block of one outcome only counts half a row of the other, so that no probability is 0 or 1.
 * @throws Problem `invalid calibration/held-out`
 */
export function fitIsotonic(heldOut: HeldOut): IsotonicCurve {
  checkHeldOut(heldOut);
  const blocks: Block[] = [];
  for (const block of blocksByScore(heldOut)) {
    let last = block;
    for (let before = blocks.at(-1); before && before.events * last.rows >= last.events * before.rows; before = blocks.at(-1)) {
      blocks.pop();
      last = { rows: before.rows + last.rows, events: before.events + last.events, scoreSum: before.scoreSum + last.scoreSum };
    }
    blocks.push(last);
  }
  const knots = blocks.map((block, i) => ({
    score: block.scoreSum / block.rows,
    probability: inside(block, blocks[i - 1], blocks[i + 1]),
  }));
  return { kind: 'isotonic', scores: knots.map((knot) => knot.score), probabilities: knots.map((knot) => knot.probability) };
}

/** One block per distinct score, ascending. */
function blocksByScore({ scores, labels }: HeldOut): readonly Block[] {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  const blocks: Block[] = [];
  let score = NaN;
  for (const row of order) {
    if (scores[row] !== score) blocks.push({ rows: 0, events: 0, scoreSum: 0 });
    score = scores[row]!;
    const block = blocks.at(-1)!;
    block.rows += 1;
    block.events += labels[row]!;
    block.scoreSum += score;
  }
  return blocks;
}

function inside(block: Block, before: Block | undefined, after: Block | undefined): number {
  if (block.events === 0) return Math.min(0.5 / (block.rows + 1), after ? after.events / after.rows : 1);
  if (block.events === block.rows) return Math.max(1 - 0.5 / (block.rows + 1), before ? before.events / before.rows : 0);
  return block.events / block.rows;
}
