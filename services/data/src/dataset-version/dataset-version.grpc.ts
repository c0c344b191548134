import { Injectable } from '@nestjs/common';
import type { DataServiceService, GetDatasetVersionRequest, GetDatasetVersionResponse } from '#contracts/data/v1/data';
import type { GrpcHandlers, GrpcPermissions, IncomingCall } from '#libs/grpc';
import { Problem } from '#libs/problem';
import { ReadService } from '../read/read.service.js';
import { versionToProto } from './dataset-version.proto.js';
import { DatasetVersionService, type VersionReference } from './dataset-version.service.js';

type Contract = typeof DataServiceService;

@Injectable()
export class DatasetVersionGrpc implements GrpcHandlers<Contract> {
  static readonly permissions: GrpcPermissions<Contract> = { getDatasetVersion: ['any-service'] };

  constructor(
    private readonly versions: DatasetVersionService,
    private readonly reads: ReadService,
  ) {}

  /** Whoever resolves a version is about to read its rows, which lie open to services in the object store. */
  async getDatasetVersion({ which }: GetDatasetVersionRequest, call: IncomingCall): Promise<GetDatasetVersionResponse> {
    const { version, dataset } = await this.versions.resolve(call.viewer.workspace, referenceOf(which));
    await this.reads.record([{ dataset, version }], {
      reader: call.onBehalfOf ?? call.viewer,
      via: call.viewer,
      purpose: 'resolve',
    });
    const inputs = await this.versions.inputsOf(version);
    return {
      version: versionToProto(
        version,
        dataset,
        inputs.map(({ id }) => id),
      ),
    };
  }
}

function referenceOf(which: GetDatasetVersionRequest['which']): VersionReference {
  switch (which?.$case) {
    case 'versionId':
      return { by: 'version-id', value: which.value };
    case 'datasetName':
      return { by: 'dataset-name', value: which.value };
    case 'datasetId':
      return { by: 'dataset-id', value: which.value };
    case undefined:
      throw new Problem('invalid', 'data/reference', 'name a version, or a dataset by name or id');
  }
}
