import { Problem } from '#libs/problem';

/** Rows a calibration is fitted on: they must not have been trained on. */
export interface HeldOut {
  /** Log-odds by row. */
  readonly scores: ArrayLike<number>;
  /** 1 where the event happened, 0 where not. */
  readonly labels: ArrayLike<number>;
}

/** @throws Problem where the rows cannot carry a calibration */
export function checkHeldOut({ scores, labels }: HeldOut): void {
  if (scores.length !== labels.length) throw refuse(`${scores.length} scores for ${labels.length} labels`);
  let events = 0;
  for (let i = 0; i < scores.length; i++) {
    if (!Number.isFinite(scores[i])) throw refuse(`the score of row ${i} is not finite`);
    if (labels[i] !== 0 && labels[i] !== 1) throw refuse(`the label of row ${i} is neither 0 nor 1`);
    events += labels[i]!;
  }
  if (events === 0 || events === scores.length) throw refuse('the rows hold only one of the two outcomes');
}

function refuse(reason: string): Problem {
  return new Problem('invalid', 'calibration/held-out', `a calibration cannot be fitted: ${reason}`);
}
