import { Problem } from '#libs/problem';
import type { Validation } from '../contract/validation.js';
import type { Column } from './column.js';

/** An object of the store. */
export interface StoredObject {
  readonly hash: string;
  readonly sizeBytes: number;
}

/** One immutable state of a dataset. */
export interface DatasetVersion {
  readonly id: string;
  readonly workspace: string;
  readonly datasetId: string;
  readonly number: number;
  /** The accepted rows, as Parquet. */
  readonly object: StoredObject;
  readonly columns: readonly Column[];
  readonly collectedRows: number;
  readonly acceptedRows: number;
  readonly flaggedRows: number;
  readonly quarantinedRows: number;
  /** `row` (position among the accepted rows, from 0) and `flags` (names of broken rules); null where no row is flagged. */
  readonly flags: StoredObject | null;
  /** The rows set aside, each with `_reasons`; null where there is none. */
  readonly quarantine: StoredObject | null;
  readonly validation: Validation | null;
  readonly transformId: string | null;
  readonly jobId: string;
  readonly createdAt: Date;
}

/** A version before it has its place in the dataset, with the versions it was made from. */
export type VersionDraft = Omit<DatasetVersion, 'id' | 'number' | 'createdAt'> & { readonly inputVersionIds: readonly string[] };

/**
 * A version may add columns; it may not lose one or change what kind of values it holds, because whoever reads the dataset relies
 * on them.
 */
export function requireEvolution(previous: readonly Column[], next: readonly Column[]): void {
  const byName = new Map(next.map((column) => [column.name, column]));
  const lost = previous.filter(({ name }) => !byName.has(name)).map(({ name }) => name);
  const changed = previous
    .filter(({ name, type }) => byName.has(name) && byName.get(name)!.type !== type)
    .map(({ name }) => name);
  if (lost.length + changed.length === 0) return;
  const lack = lost.length > 0 ? `lacks ${lost.join(', ')}` : '';
  const differ = changed.length > 0 ? `holds other values in ${changed.join(', ')}` : '';
  const detail = `the new version ${[lack, differ].filter((part) => part !== '').join(' and ')}`;
  throw new Problem('conflict', 'data/schema-evolution', detail, { lost, changed });
}
