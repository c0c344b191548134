import { Module, type DynamicModule } from '@nestjs/common';
import type { ObjectStore } from '#libs/objects';
import { DuckDbSqlEngine } from '#libs/sql';
import { OBJECTS, storageModule } from '#libs/storage';
import { ContractCheckService } from './contract/contract-check.service.js';
import { contractMapping } from './contract/contract.mapping.js';
import { ContractRepository } from './contract/contract.repository.js';
import { ContractResolver } from './contract/contract.resolver.js';
import { ContractService } from './contract/contract.service.js';
import { CollectService } from './dataset/collect.service.js';
import { datasetMapping } from './dataset/dataset.mapping.js';
import { DatasetRepository } from './dataset/dataset.repository.js';
import { DatasetResolver } from './dataset/dataset.resolver.js';
import { DatasetService } from './dataset/dataset.service.js';
import { DatasetVersionGrpc } from './dataset-version/dataset-version.grpc.js';
import { datasetVersionMapping, versionInputMapping } from './dataset-version/dataset-version.mapping.js';
import { DatasetVersionRepository } from './dataset-version/dataset-version.repository.js';
import { DatasetVersionResolver, ValidationResolver } from './dataset-version/dataset-version.resolver.js';
import { DatasetVersionService } from './dataset-version/dataset-version.service.js';
import { VersionMaker } from './dataset-version/version-maker.service.js';
import type { DataEnv } from './env.js';
import { jobMapping } from './job/job.mapping.js';
import { JobRepository } from './job/job.repository.js';
import { JobResolver } from './job/job.resolver.js';
import { JobRunner } from './job/job.runner.js';
import { JobService } from './job/job.service.js';
import { dataTables } from './migrations/20261123T2340-data.js';
import { ProfileService } from './profile/profile.service.js';
import { versionProfileMapping } from './profile/version-profile.mapping.js';
import { VersionProfileRepository } from './profile/version-profile.repository.js';
import { QueryResolver } from './query/query.resolver.js';
import { QueryService } from './query/query.service.js';
import { datasetReadMapping } from './read/dataset-read.mapping.js';
import { DatasetReadRepository } from './read/dataset-read.repository.js';
import { ReadService } from './read/read.service.js';
import { SqlEngineLifetime } from './sql-engine.lifetime.js';
import { ENV, SQL } from './tokens.js';
import { transformMapping } from './transform/transform.mapping.js';
import { TransformRepository } from './transform/transform.repository.js';
import { TransformResolver } from './transform/transform.resolver.js';
import { TransformRunService } from './transform/transform-run.service.js';
import { TransformService } from './transform/transform.service.js';
import { UploadController } from './upload/upload.controller.js';
import { uploadMapping } from './upload/upload.mapping.js';
import { UploadRepository } from './upload/upload.repository.js';
import { UploadService } from './upload/upload.service.js';

/** Tables of the data service, as mapped; a contract test compares them with the migrated schema. */
export const dataEntities = [
  uploadMapping,
  datasetMapping,
  datasetVersionMapping,
  versionInputMapping,
  versionProfileMapping,
  contractMapping,
  transformMapping,
  jobMapping,
  datasetReadMapping,
];
export const dataMigrations = [dataTables];

/** Two processes: an analyst's question does not wait for a job. */
function sqlEngine(
  { WORK_FOLDER: workFolder, SQL_MEMORY_MB: memoryLimitMb }: DataEnv,
  objects: ObjectStore,
): Promise<DuckDbSqlEngine> {
  return DuckDbSqlEngine.open({ objects, workFolder, memoryLimitMb, processes: 2 });
}

@Module({})
export class DataModule {
  static with(env: DataEnv): DynamicModule {
    return {
      module: DataModule,
      imports: [storageModule({ service: 'data', env, entities: dataEntities, migrations: dataMigrations })],
      controllers: [UploadController],
      providers: [
        { provide: ENV, useValue: env },
        { provide: SQL, useFactory: (objects: ObjectStore) => sqlEngine(env, objects), inject: [OBJECTS] },
        SqlEngineLifetime,
        UploadRepository,
        UploadService,
        DatasetRepository,
        DatasetService,
        DatasetResolver,
        CollectService,
        DatasetVersionRepository,
        DatasetVersionService,
        DatasetVersionResolver,
        ValidationResolver,
        DatasetVersionGrpc,
        VersionMaker,
        ContractRepository,
        ContractService,
        ContractCheckService,
        ContractResolver,
        TransformRepository,
        TransformService,
        TransformRunService,
        TransformResolver,
        ProfileService,
        VersionProfileRepository,
        QueryService,
        QueryResolver,
        DatasetReadRepository,
        ReadService,
        JobRepository,
        JobRunner,
        JobService,
        JobResolver,
      ],
    };
  }
}
