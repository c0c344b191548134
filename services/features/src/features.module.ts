import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ObjectStore } from '#libs/objects';
import { PostgresOnlineStore } from '#libs/online-store';
import { DuckDbSqlEngine, type SqlEngine } from '#libs/sql';
import { OBJECTS, storageModule } from '#libs/storage';
import { DatasetPeer } from './dataset/dataset.peer.js';
import { entityMapping } from './entity/entity.mapping.js';
import { EntityRepository } from './entity/entity.repository.js';
import { EntityResolver } from './entity/entity.resolver.js';
import { EntityService } from './entity/entity.service.js';
import type { FeaturesEnv } from './env.js';
import { featureServiceMapping } from './feature-service/feature-service.mapping.js';
import { FeatureServiceRepository } from './feature-service/feature-service.repository.js';
import { FeatureServiceResolver } from './feature-service/feature-service.resolver.js';
import { FeatureServiceService } from './feature-service/feature-service.service.js';
import { FeaturesGrpc } from './feature-service/features.grpc.js';
import { featureViewMapping } from './feature-view/feature-view.mapping.js';
import { FeatureViewRepository } from './feature-view/feature-view.repository.js';
import { FeatureViewResolver } from './feature-view/feature-view.resolver.js';
import { FeatureViewService } from './feature-view/feature-view.service.js';
import { DatasetVersionPublishedConsumer } from './materialization/dataset-version-published.consumer.js';
import { LeaseRepository } from './materialization/lease.repository.js';
import { materializationMapping } from './materialization/materialization.mapping.js';
import { MaterializationRepository } from './materialization/materialization.repository.js';
import { MaterializationResolver } from './materialization/materialization.resolver.js';
import { MaterializationRunner } from './materialization/materialization.runner.js';
import { MaterializationService } from './materialization/materialization.service.js';
import { MaterializationWakeUp } from './materialization/materialization.wake-up.js';
import { ViewLoader } from './materialization/view.loader.js';
import { featuresTables } from './migrations/20261123T2335-features.js';
import { OnlineMetrics } from './online/online.metrics.js';
import { OnlineResolver } from './online/online.resolver.js';
import { OnlineService } from './online/online.service.js';
import { ENV, ONLINE, SQL } from './tokens.js';
import { OfflineEngine } from './training-set/offline.engine.js';
import { trainingSetMapping } from './training-set/training-set.mapping.js';
import { TrainingSetRepository } from './training-set/training-set.repository.js';
import { TrainingSetResolver } from './training-set/training-set.resolver.js';
import { TrainingSetService } from './training-set/training-set.service.js';

/** Tables of the features service, as mapped; a contract test compares them with the migrated schema. */
export const featuresEntities = [
  entityMapping,
  featureViewMapping,
  featureServiceMapping,
  materializationMapping,
  trainingSetMapping,
];
export const featuresMigrations = [featuresTables];

const PROVIDERS = [
  DatasetPeer,
  EntityRepository,
  EntityService,
  EntityResolver,
  FeatureViewRepository,
  FeatureViewService,
  FeatureViewResolver,
  FeatureServiceRepository,
  FeatureServiceService,
  FeatureServiceResolver,
  MaterializationRepository,
  LeaseRepository,
  MaterializationWakeUp,
  ViewLoader,
  MaterializationService,
  MaterializationResolver,
  MaterializationRunner,
  DatasetVersionPublishedConsumer,
  OnlineMetrics,
  OnlineService,
  OnlineResolver,
  OfflineEngine,
  TrainingSetRepository,
  TrainingSetService,
  TrainingSetResolver,
  FeaturesGrpc,
];

function openEngine({ WORK_FOLDER, SQL_MEMORY_MB, SQL_PROCESSES }: FeaturesEnv, objects: ObjectStore): Promise<SqlEngine> {
  return DuckDbSqlEngine.open({ objects, workFolder: WORK_FOLDER, memoryLimitMb: SQL_MEMORY_MB, processes: SQL_PROCESSES });
}

@Module({})
export class FeaturesModule implements OnApplicationShutdown {
  constructor(@Inject(SQL) private readonly sql: SqlEngine) {}

  static with(env: FeaturesEnv): DynamicModule {
    return {
      module: FeaturesModule,
      imports: [storageModule({ service: 'features', env, entities: featuresEntities, migrations: featuresMigrations })],
      providers: [
        { provide: ENV, useValue: env },
        { provide: SQL, useFactory: (objects: ObjectStore) => openEngine(env, objects), inject: [OBJECTS] },
        { provide: ONLINE, useFactory: (db: DataSource) => new PostgresOnlineStore(db), inject: [DataSource] },
        ...PROVIDERS,
      ],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.sql.close();
  }
}
