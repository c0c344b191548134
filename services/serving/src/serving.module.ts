import { Module, type DynamicModule } from '@nestjs/common';
import { storageModule } from '#libs/storage';
import { Spool } from '#libs/spool';
import { decisionLayoutMapping, decisionMapping, overrideMapping } from './decision/decision.mapping.js';
import { DecisionDoor } from './decision/decision.door.js';
import { DecisionLookup } from './decision/decision.lookup.js';
import { DecisionMaker } from './decision/decision.maker.js';
import { DecisionMetrics } from './decision/decision.metrics.js';
import { DecisionReader } from './decision/decision.reader.js';
import { DecisionRecorder } from './decision/decision.recorder.js';
import { DecisionRepository } from './decision/decision.repository.js';
import { DecisionResolver } from './decision/decision.resolver.js';
import { DecisionService } from './decision/decision.service.js';
import { DecisionShipper } from './decision/decision.shipper.js';
import { OverrideRepository } from './decision/override.repository.js';
import { OverrideService } from './decision/override.service.js';
import { EndpointDirectory } from './endpoint/endpoint.directory.js';
import { EndpointGrpc } from './endpoint/endpoint.grpc.js';
import { deploymentMapping, endpointMapping, routeMapping } from './endpoint/endpoint.mapping.js';
import { EndpointRepository } from './endpoint/endpoint.repository.js';
import { EndpointResolver } from './endpoint/endpoint.resolver.js';
import { EndpointService } from './endpoint/endpoint.service.js';
import { UseCaseResolver } from './endpoint/use-case.resolver.js';
import type { ServingEnv } from './env.js';
import { FeatureServicePeer } from './feature-service/feature-service.peer.js';
import { ENDPOINT_DOOR } from './inference/endpoint.door.js';
import { inferenceProviders } from './inference/inference.module.js';
import { servingTables } from './migrations/20261124T0005-serving.js';
import { rolloutMapping } from './rollout/rollout.mapping.js';
import { RolloutRepository } from './rollout/rollout.repository.js';
import { RolloutResolver } from './rollout/rollout.resolver.js';
import { RolloutService } from './rollout/rollout.service.js';
import { ENV, SPOOL } from './tokens.js';

/** Tables of serving, as mapped; a contract test compares them with the migrated schema. */
export const servingEntities = [
  endpointMapping,
  deploymentMapping,
  routeMapping,
  rolloutMapping,
  decisionMapping,
  decisionLayoutMapping,
  overrideMapping,
];
export const servingMigrations = [servingTables];

const MEGABYTE = 2 ** 20;

/** Both parts: the one that runs models, and the one that keeps endpoints, rollouts and decisions. */
@Module({})
export class ServingModule {
  static with(env: ServingEnv): DynamicModule {
    return {
      module: ServingModule,
      imports: [storageModule({ service: 'serving', env, entities: servingEntities, migrations: servingMigrations })],
      providers: [
        { provide: ENV, useValue: env },
        { provide: SPOOL, useFactory: () => Spool.open(env.SPOOL_FOLDER, { maxBytes: env.SPOOL_MB * MEGABYTE }) },
        ...inferenceProviders(env),
        FeatureServicePeer,
        EndpointRepository,
        EndpointDirectory,
        EndpointService,
        EndpointResolver,
        EndpointGrpc,
        UseCaseResolver,
        RolloutRepository,
        RolloutService,
        RolloutResolver,
        DecisionMetrics,
        DecisionRepository,
        DecisionRecorder,
        DecisionShipper,
        DecisionLookup,
        DecisionMaker,
        DecisionService,
        DecisionReader,
        DecisionResolver,
        DecisionDoor,
        { provide: ENDPOINT_DOOR, useExisting: DecisionDoor },
        OverrideRepository,
        OverrideService,
      ],
    };
  }
}
