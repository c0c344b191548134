import type { Measure } from './evidence-level.js';

/** A service's answer about its own records. */
export interface ServiceMeasures {
  readonly service: string;
  readonly measures: readonly Measure[];
}

/**
 * One measure for each question. Where several services observe different sides of it, all sides must hold, so the weakest one counts;
 * the explanation names every side.
 */
export function mergeMeasures(answers: readonly ServiceMeasures[]): ReadonlyMap<string, Measure> {
  const sides = answers.flatMap(({ service, measures }) =>
    measures.filter(({ observed }) => observed > 0).map((measure) => ({ ...measure, explanation: tell(service, measure) })),
  );
  const merged = new Map<string, Measure>();
  for (const [question, all] of Map.groupBy(sides, (side) => side.question)) {
    const weakest = all.reduce((weak, side) => (side.met / side.observed < weak.met / weak.observed ? side : weak));
    merged.set(question, { ...weakest, explanation: all.map(({ explanation }) => explanation).join('; ') });
  }
  return merged;
}

function tell(service: string, { explanation, met, observed }: Measure): string {
  return `${service}: ${explanation} (${met} of ${observed})`;
}
