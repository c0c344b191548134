import { Module, type DynamicModule, type OnApplicationShutdown, Inject } from '@nestjs/common';
import type { ObjectStore } from '#libs/objects';
import { DuckDbSqlEngine, type SqlEngine } from '#libs/sql';
import { OBJECTS, storageModule } from '#libs/storage';
import { DatasetPeer } from './dataset/dataset.peer.js';
import type { TrainingEnv } from './env.js';
import { Changes } from './live/changes.listener.js';
import { MetricContractPeer } from './metric-contract/metric-contract.peer.js';
import { trainingTables, workflowEngineStart } from './migrations/20261123T2330-training.js';
import { ModelVersionPeer } from './model-version/model-version.peer.js';
import { pipelineMapping } from './pipeline/pipeline.mapping.js';
import { PipelineRepository } from './pipeline/pipeline.repository.js';
import { PipelineResolver, RetrainingTriggerResolver } from './pipeline/pipeline.resolver.js';
import { PipelineService } from './pipeline/pipeline.service.js';
import { AlertRaisedConsumer } from './pipeline-run/alert-raised.consumer.js';
import { pipelineRunMapping } from './pipeline-run/pipeline-run.mapping.js';
import { PipelineRunRepository } from './pipeline-run/pipeline-run.repository.js';
import { PipelineRunResolver, VersionComparisonResolver } from './pipeline-run/pipeline-run.resolver.js';
import { PipelineRunService } from './pipeline-run/pipeline-run.service.js';
import { ForecastFileWriter } from './rows/forecast-file.writer.js';
import { TrainingRowsReader } from './rows/training-rows.reader.js';
import { RunGrpc } from './run/run.grpc.js';
import { artifactMapping, experimentMapping, metricPointMapping, runMapping } from './run/run.mapping.js';
import { RunRepository } from './run/run.repository.js';
import { ExperimentResolver, RunResolver } from './run/run.resolver.js';
import { RunService } from './run/run.service.js';
import { CalibrateStep } from './step/calibrate.step.js';
import { CompareStep } from './step/compare.step.js';
import { ExportStep } from './step/export.step.js';
import { ParityStep } from './step/parity.step.js';
import { PriceStep } from './step/price.step.js';
import { RegisterStep } from './step/register.step.js';
import { StepResults } from './step/step-result.repository.js';
import { TrainStep } from './step/train.step.js';
import { TrainingSetStep } from './step/training-set.step.js';
import { ENV, SQL } from './tokens.js';
import { TrainingSetPeer } from './training-set/training-set.peer.js';
import { Executions } from './workflow/executions.js';
import { PipelineInterpreter } from './workflow/pipeline.interpreter.js';
import { PipelineSteps } from './workflow/pipeline.steps.js';
import { WorkflowEngine } from './workflow/workflow.engine.js';

/** Tables of training, as mapped; a contract test compares them with the migrated schema. */
export const trainingEntities = [
  experimentMapping,
  runMapping,
  metricPointMapping,
  artifactMapping,
  pipelineMapping,
  pipelineRunMapping,
];
export const trainingMigrations = [trainingTables, workflowEngineStart];

const peers = [DatasetPeer, TrainingSetPeer, ModelVersionPeer, MetricContractPeer];
const runs = [RunRepository, RunService, RunResolver, ExperimentResolver, RunGrpc, Changes];
const pipelines = [
  PipelineRepository,
  PipelineService,
  PipelineResolver,
  RetrainingTriggerResolver,
  PipelineRunRepository,
  PipelineRunService,
  PipelineRunResolver,
];
const steps = [
  TrainingSetStep,
  TrainStep,
  CalibrateStep,
  ExportStep,
  ParityStep,
  PriceStep,
  CompareStep,
  RegisterStep,
  StepResults,
];
const workflow = [PipelineSteps, PipelineInterpreter, Executions, WorkflowEngine, AlertRaisedConsumer];
const rows = [TrainingRowsReader, ForecastFileWriter];

@Module({})
export class TrainingModule implements OnApplicationShutdown {
  constructor(@Inject(SQL) private readonly sql: SqlEngine) {}

  static with(env: TrainingEnv): DynamicModule {
    const sql = (objects: ObjectStore): Promise<SqlEngine> => DuckDbSqlEngine.open({ objects, workFolder: env.WORK_FOLDER });
    return {
      module: TrainingModule,
      imports: [storageModule({ service: 'training', env, entities: trainingEntities, migrations: trainingMigrations })],
      providers: [
        { provide: ENV, useValue: env },
        { provide: SQL, useFactory: sql, inject: [OBJECTS] },
        ...[...peers, ...runs, ...pipelines, VersionComparisonResolver, ...rows, ...steps, ...workflow],
      ],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.sql.close();
  }
}
