export const READ_PURPOSES = ['query', 'resolve', 'transform'] as const;
export type ReadPurpose = (typeof READ_PURPOSES)[number];

/** Somebody read a version's rows, or was told where they lie. */
export interface DatasetRead {
  readonly id: string;
  readonly workspace: string;
  readonly datasetId: string;
  readonly datasetVersionId: string;
  /** Who read: a person, or a service in background work. */
  readonly reader: string;
  /** The roles or the service in which the reader acted. */
  readonly readAs: string;
  readonly purpose: ReadPurpose;
  /** Confidential values were readable. */
  readonly confidential: boolean;
  readonly readAt: Date;
}
