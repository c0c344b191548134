import type * as pb from '#contracts/data/v1/data';
import { ValueType } from '#contracts/platform/v1/object';
import type { EventRecord } from '#libs/events';
import { datasetVersions } from '#libs/topics';
import { classificationOf, type Dataset } from '../dataset/dataset.js';
import type { ColumnType } from './column.js';
import type { DatasetVersion } from './dataset-version.js';

const TYPE_TO_PROTO: Readonly<Record<ColumnType, ValueType>> = {
  number: ValueType.VALUE_TYPE_NUMBER,
  text: ValueType.VALUE_TYPE_TEXT,
  boolean: ValueType.VALUE_TYPE_BOOLEAN,
  timestamp: ValueType.VALUE_TYPE_TIMESTAMP,
  date: ValueType.VALUE_TYPE_DATE,
};
const PARQUET = 'application/vnd.apache.parquet';

/** A version as other services see it. */
export function versionToProto(version: DatasetVersion, dataset: Dataset, inputVersionIds: readonly string[]): pb.DatasetVersion {
  const { id, datasetId, number, object, columns, acceptedRows, createdAt } = version;
  return {
    id,
    datasetId,
    datasetName: dataset.name,
    number,
    object: { hash: object.hash, sizeBytes: BigInt(object.sizeBytes), mediaType: PARQUET },
    columns: columns.map(({ name, type, nullable }) => ({
      name,
      type: TYPE_TO_PROTO[type],
      nullable,
      classification: classificationOf(dataset, name),
    })),
    rowCount: BigInt(acceptedRows),
    inputVersionIds: [...inputVersionIds],
    createdAt,
  };
}

export function publishedToRecord(version: DatasetVersion, datasetName: string): EventRecord {
  const { id, datasetId, workspace, number, acceptedRows, flaggedRows, quarantinedRows, createdAt } = version;
  const value = {
    datasetVersionId: id,
    datasetId,
    datasetName,
    number,
    rowCount: BigInt(acceptedRows),
    flaggedRowCount: BigInt(flaggedRows),
    quarantinedRowCount: BigInt(quarantinedRows),
  };
  return datasetVersions.record('data.v1.DatasetVersionPublished', { key: datasetId, workspace, time: createdAt, value });
}
