import { Problem } from '#libs/problem';

const NAMED = /^[a-z][a-z0-9_-]{0,62}$/;
const COLUMN = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

/** Names of entities, views and services: they stand in calls and in reports. */
export function requireName(what: string, name: string): void {
  if (NAMED.test(name)) return;
  throw new Problem(
    'invalid',
    'features/name',
    `${what} name is lower case letters, digits, _ and -, at most 63: ${JSON.stringify(name)}`,
    { name },
  );
}

/** Names of features, keys and request columns: they become columns of Parquet and inputs of a model. */
export function requireColumnName(what: string, name: string): void {
  if (COLUMN.test(name)) return;
  throw new Problem('invalid', 'features/name', `${what} is letters, digits and _, at most 63: ${JSON.stringify(name)}`, {
    name,
  });
}

/** @throws Problem invalid `features/repeated-name` */
export function requireDistinct(what: string, names: readonly string[]): void {
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated === undefined) return;
  throw new Problem('invalid', 'features/repeated-name', `${what} ${repeated} stands there twice`, { name: repeated });
}
