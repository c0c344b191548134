export type ColumnType = 'number' | 'text' | 'boolean' | 'timestamp' | 'date';

/** What features need to know of a dataset version of the data service. */
export interface DatasetVersion {
  readonly id: string;
  readonly datasetId: string;
  readonly datasetName: string;
  /** The rows, as Parquet in the object store. */
  readonly objectHash: string;
  readonly rowCount: number;
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
}
