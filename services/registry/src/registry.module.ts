import { Module, type DynamicModule } from '@nestjs/common';
import { InferencePool } from '#libs/inference';
import type { ObjectStore } from '#libs/objects';
import { DuckDbSqlEngine } from '#libs/sql';
import { OBJECTS, storageModule } from '#libs/storage';
import { EngineLifetime } from './gate/engine.lifetime.js';
import type { RegistryEnv } from './env.js';
import { FeatureServicePeer } from './feature-service/feature-service.peer.js';
import { ArtifactProbe } from './gate/artifact.probe.js';
import { gateResultMapping } from './gate/gate.mapping.js';
import { GateRepository } from './gate/gate.repository.js';
import { GateService } from './gate/gate.service.js';
import { MetricContractPeer } from './metric-contract/metric-contract.peer.js';
import { registryTables } from './migrations/20261123T2315-registry.js';
import { modelMapping } from './model/model.mapping.js';
import { ModelRepository } from './model/model.repository.js';
import { ModelResolver } from './model/model.resolver.js';
import { ModelService } from './model/model.service.js';
import { ModelVersionGrpc } from './model-version/model-version.grpc.js';
import { modelVersionMapping } from './model-version/model-version.mapping.js';
import { ModelVersionRepository } from './model-version/model-version.repository.js';
import { ModelVersionResolver } from './model-version/model-version.resolver.js';
import { ModelVersionService } from './model-version/model-version.service.js';
import { RuleArtifact } from './model-version/rule.artifact.js';
import { promotionMapping } from './promotion/promotion.mapping.js';
import { PromotionRepository } from './promotion/promotion.repository.js';
import { PromotionResolver } from './promotion/promotion.resolver.js';
import { PromotionService } from './promotion/promotion.service.js';
import { ENV, SQL } from './tokens.js';

/** Tables of the registry, as mapped; a contract test compares them with the migrated schema. */
export const registryEntities = [modelMapping, modelVersionMapping, gateResultMapping, promotionMapping];
export const registryMigrations = [registryTables];

@Module({})
export class RegistryModule {
  static with(env: RegistryEnv): DynamicModule {
    return {
      module: RegistryModule,
      imports: [storageModule({ service: 'registry', env, entities: registryEntities, migrations: registryMigrations })],
      providers: [
        { provide: ENV, useValue: env },
        {
          provide: SQL,
          useFactory: (objects: ObjectStore) => DuckDbSqlEngine.open({ objects, workFolder: env.WORK_FOLDER, threads: 1 }),
          inject: [OBJECTS],
        },
        { provide: InferencePool, useFactory: () => new InferencePool() },
        EngineLifetime,
        MetricContractPeer,
        FeatureServicePeer,
        ModelRepository,
        ModelService,
        ModelResolver,
        ModelVersionRepository,
        ModelVersionService,
        ModelVersionResolver,
        ModelVersionGrpc,
        RuleArtifact,
        ArtifactProbe,
        GateRepository,
        GateService,
        PromotionRepository,
        PromotionService,
        PromotionResolver,
      ],
    };
  }
}
