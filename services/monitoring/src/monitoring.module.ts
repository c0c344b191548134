import { Module, type DynamicModule } from '@nestjs/common';
import type { ObjectStore } from '#libs/objects';
import { DuckDbSqlEngine } from '#libs/sql';
import { OBJECTS, storageModule } from '#libs/storage';
import { AlertFeed } from './alert/alert.feed.js';
import { AlertGrpc } from './alert/alert.grpc.js';
import { alertMapping } from './alert/alert.mapping.js';
import { AlertRepository } from './alert/alert.repository.js';
import { AlertResolver } from './alert/alert.resolver.js';
import { AlertService } from './alert/alert.service.js';
import { CalibrationRepository } from './calibration/calibration.repository.js';
import { DecisionConsumer } from './decision/decision.consumer.js';
import { DecisionRepository } from './decision/decision.repository.js';
import type { MonitoringEnv } from './env.js';
import { EvaluationJob } from './evaluation/evaluation.job.js';
import { EvaluationRepository } from './evaluation/evaluation.repository.js';
import { EvaluationService } from './evaluation/evaluation.service.js';
import { RefreshRepository } from './evaluation/refresh.repository.js';
import { Wake } from './evaluation/wake.js';
import { monitoringTables } from './migrations/20261123T2340-monitoring.js';
import { CalibrationStandingResolver } from './monitor/calibration-standing.resolver.js';
import { EndpointConsumer } from './monitor/endpoint.consumer.js';
import { EndpointResolver } from './monitor/endpoint.resolver.js';
import { MetricContractPeer } from './monitor/metric-contract.peer.js';
import { monitorMapping } from './monitor/monitor.mapping.js';
import { MonitorRepository } from './monitor/monitor.repository.js';
import { MonitorResolver } from './monitor/monitor.resolver.js';
import { MonitorService } from './monitor/monitor.service.js';
import { StalePeriodRepository } from './monitor/stale-period.repository.js';
import { DecisionResultLoader } from './outcome/decision-result.loader.js';
import { OutcomeRepository } from './outcome/outcome.repository.js';
import { OutcomeResolver } from './outcome/outcome.resolver.js';
import { OutcomeService } from './outcome/outcome.service.js';
import { SkewRepository } from './skew/skew.repository.js';
import { SkewResolver } from './skew/skew.resolver.js';
import { SkewService } from './skew/skew.service.js';
import { ENV, SQL } from './tokens.js';
import { MonthValueRepository } from './value/month-value.repository.js';
import { MonthValueResolver } from './value/month-value.resolver.js';
import { FeaturesPeer } from './version/features.peer.js';
import { RegistryPeer } from './version/registry.peer.js';
import { TrainingSetReader } from './version/training-set.reader.js';
import { VersionRepository } from './version/version.repository.js';
import { VersionService } from './version/version.service.js';
import { FeatureDriftResolver } from './window/feature-drift.resolver.js';
import { SegmentResolver } from './window/segment.resolver.js';
import { VectorRepository } from './window/vector.repository.js';
import { windowMapping } from './window/window.mapping.js';
import { WindowRepository } from './window/window.repository.js';
import { WindowResolver } from './window/window.resolver.js';

/** Tables of monitoring, as mapped; a contract test compares them with the migrated schema. */
export const monitoringEntities = [monitorMapping, windowMapping, alertMapping];
export const monitoringMigrations = [monitoringTables];

const peers = [MetricContractPeer, RegistryPeer, FeaturesPeer];
const intake = [
  Wake,
  EndpointConsumer,
  DecisionConsumer,
  DecisionRepository,
  OutcomeRepository,
  OutcomeService,
  OutcomeResolver,
  DecisionResultLoader,
];
const monitors = [
  MonitorRepository,
  StalePeriodRepository,
  MonitorService,
  MonitorResolver,
  CalibrationStandingResolver,
  EndpointResolver,
];
const versions = [VersionRepository, VersionService, TrainingSetReader];
const findings = [
  CalibrationRepository,
  WindowRepository,
  VectorRepository,
  WindowResolver,
  SegmentResolver,
  FeatureDriftResolver,
];
const values = [MonthValueRepository, MonthValueResolver];
const alerts = [AlertRepository, AlertService, AlertFeed, AlertResolver, AlertGrpc];
const skew = [SkewRepository, SkewService, SkewResolver];
const evaluation = [EvaluationRepository, RefreshRepository, EvaluationService, EvaluationJob];

@Module({})
export class MonitoringModule {
  static with(env: MonitoringEnv): DynamicModule {
    return {
      module: MonitoringModule,
      imports: [storageModule({ service: 'monitoring', env, entities: monitoringEntities, migrations: monitoringMigrations })],
      providers: [
        { provide: ENV, useValue: env },
        {
          provide: SQL,
          useFactory: (objects: ObjectStore) =>
            DuckDbSqlEngine.open({ objects, workFolder: env.WORK_FOLDER, threads: 1, memoryLimitMb: 256, idleMs: 5_000 }),
          inject: [OBJECTS],
        },
        ...peers,
        ...intake,
        ...monitors,
        ...versions,
        ...findings,
        ...values,
        ...alerts,
        ...skew,
        ...evaluation,
      ],
    };
  }
}
