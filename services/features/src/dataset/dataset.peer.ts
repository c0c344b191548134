import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DataServiceService, type DatasetVersion as DatasetVersionMessage } from '#contracts/data/v1/data';
import { ValueType } from '#contracts/platform/v1/object';
import { grpcPeer } from '#libs/grpc';
import { IDENTITY, type HostIdentity } from '#libs/host';
import type { FeaturesEnv } from '../env.js';
import { ENV } from '../tokens.js';
import type { ColumnType, DatasetVersion } from './dataset.js';

const DEADLINE_MS = 5_000;

const COLUMN_TYPES: Readonly<Record<ValueType, ColumnType>> = {
  [ValueType.VALUE_TYPE_UNSPECIFIED]: 'text',
  [ValueType.VALUE_TYPE_NUMBER]: 'number',
  [ValueType.VALUE_TYPE_TEXT]: 'text',
  [ValueType.VALUE_TYPE_BOOLEAN]: 'boolean',
  [ValueType.VALUE_TYPE_TIMESTAMP]: 'timestamp',
  [ValueType.VALUE_TYPE_DATE]: 'date',
  [ValueType.UNRECOGNIZED]: 'text',
};

/** Asks the data service for immutable versions. */
@Injectable()
export class DatasetPeer implements OnModuleDestroy {
  private readonly data;

  constructor(@Inject(ENV) env: FeaturesEnv, @Inject(IDENTITY) identity: HostIdentity) {
    this.data = grpcPeer(DataServiceService, { address: env.DATA_ADDRESS, name: 'data', authorization: identity.authorization });
  }

  /** @throws Problem not-found */
  async version(id: string, workspace: string): Promise<DatasetVersion> {
    return this.ask({ $case: 'versionId', value: id }, workspace);
  }

  /** @throws Problem not-found for an unknown dataset or one without a version */
  async newestOf(datasetId: string, workspace: string): Promise<DatasetVersion> {
    return this.ask({ $case: 'datasetId', value: datasetId }, workspace);
  }

  onModuleDestroy(): void {
    this.data.close();
  }

  private async ask(which: { $case: 'versionId' | 'datasetId'; value: string }, workspace: string): Promise<DatasetVersion> {
    const { version } = await this.data.getDatasetVersion({ which }, { workspace, deadlineMs: DEADLINE_MS });
    return versionOf(version!);
  }
}

function versionOf({ id, datasetId, datasetName, object, rowCount, columns }: DatasetVersionMessage): DatasetVersion {
  return {
    id,
    datasetId,
    datasetName,
    objectHash: object!.hash,
    rowCount: Number(rowCount),
    columns: columns.map(({ name, type }) => ({ name, type: COLUMN_TYPES[type] })),
  };
}
