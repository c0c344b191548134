import { Problem } from '#libs/problem';

/** One revision of an SQL SELECT over datasets that makes another dataset. */
export interface Transform {
  readonly id: string;
  readonly workspace: string;
  readonly name: string;
  readonly revision: number;
  readonly sql: string;
  readonly inputDatasetIds: readonly string[];
  readonly outputDatasetId: string;
  /** Columns that order the output rows. */
  readonly orderBy: readonly string[];
  readonly createdBy: string;
  readonly createdAt: Date;
}

/** What a person defines of it. */
export type TransformDraft = Pick<Transform, 'name' | 'sql' | 'inputDatasetIds' | 'outputDatasetId' | 'orderBy'>;

const NAME = /^[a-z][a-z0-9_-]{0,62}$/;
const MAX_INPUTS = 50;

/** Refuses a definition that no data could save. */
export function requireTransform({ name, inputDatasetIds, outputDatasetId }: TransformDraft): void {
  if (!NAME.test(name)) throw refuse('its name is not lower case, digits, dashes and underscores');
  const inputs = new Set(inputDatasetIds);
  if (inputs.size === 0 || inputs.size > MAX_INPUTS) throw refuse(`it reads 1 to ${MAX_INPUTS} datasets`);
  if (inputs.size < inputDatasetIds.length) throw refuse('an input is named twice');
  if (inputs.has(outputDatasetId)) throw refuse('its output is one of its inputs');
}

function refuse(why: string): Problem {
  return new Problem('invalid', 'data/transform-definition', `the transform cannot be defined: ${why}`);
}
