import { Problem } from '#libs/problem';

export const CLASSIFICATIONS = ['public', 'internal', 'confidential'] as const;
export type Classification = (typeof CLASSIFICATIONS)[number];

/** How closely columns are guarded, by name; a column that is not named is internal. */
export type Classifications = Readonly<Record<string, Classification>>;

/** A named, owned collection of rows that grows by immutable versions. */
export interface Dataset {
  readonly id: string;
  readonly workspace: string;
  /** Also the name of its table in SQL. */
  readonly name: string;
  readonly description: string;
  /** The person who answers for it, by name and by id. */
  readonly owner: string;
  readonly ownerId: string;
  readonly classifications: Classifications;
  readonly createdAt: Date;
}

const NAME = /^[a-z][a-z0-9_]{0,62}$/;

/** Refuses a name that could not stand in a statement as it is. */
export function requireDatasetName(name: string): void {
  if (NAME.test(name)) return;
  const detail = 'a dataset name is lower case, digits and underscores, begins with a letter and has at most 63 characters';
  throw new Problem('invalid', 'data/dataset-name', detail, { name: name.slice(0, 100) });
}

export function classificationOf({ classifications }: Dataset, column: string): Classification {
  return Object.hasOwn(classifications, column) ? classifications[column]! : 'internal';
}

/** Those of the columns whose values only some may see. */
export function confidentialAmong(dataset: Dataset, columns: readonly { readonly name: string }[]): string[] {
  return columns.map(({ name }) => name).filter((name) => classificationOf(dataset, name) === 'confidential');
}

/** Reads classifications as people state them. @throws Problem where a column is named twice */
export function classificationsFrom(
  stated: readonly { readonly column: string; readonly classification: Classification }[],
): Classifications {
  const repeated = stated.find(({ column }, index) => stated.findIndex((other) => other.column === column) !== index);
  if (repeated) {
    throw new Problem('invalid', 'data/classification', `column ${repeated.column} is classified twice`, {
      column: repeated.column,
    });
  }
  return Object.fromEntries(stated.map(({ column, classification }) => [column, classification]));
}
