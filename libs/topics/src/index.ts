import { AuditRecorded } from '#contracts/platform/v1/audit';
import { DatasetVersionPublished, JobEnded } from '#contracts/data/v1/events';
import { FeatureViewMaterialized } from '#contracts/features/v1/events';
import { MetricContractSigned } from '#contracts/governance/v1/events';
import { AlertRaised, ValueRealised } from '#contracts/monitoring/v1/events';
import { ModelVersionApproved, ModelVersionRegistered } from '#contracts/registry/v1/events';
import { DecisionOverridden, DecisionsMade, EndpointCreated, RolloutAdvanced } from '#contracts/serving/v1/events';
import { PipelineRunEnded } from '#contracts/training/v1/events';
import { declareTopic, TopicCatalogue } from '#libs/events';
import { SERVICES, type ServiceName } from '#libs/identity';

const PARTITIONS = 4;
const DAYS = 30;

/** Dataset versions that became readable. Key: dataset id. */
export const datasetVersions = declareTopic({
  name: 'data.dataset-version.v1',
  partitions: PARTITIONS,
  retentionDays: DAYS,
  types: { 'data.v1.DatasetVersionPublished': DatasetVersionPublished },
});
/** Jobs of the data service that ended. Key: job id. */
export const dataJobs = declareTopic({
  name: 'data.job.v1',
  partitions: PARTITIONS,
  retentionDays: DAYS,
  types: { 'data.v1.JobEnded': JobEnded },
});
/** Feature views brought online. Key: feature view id. */
export const materializations = declareTopic({
  name: 'features.materialization.v1',
  partitions: PARTITIONS,
  retentionDays: DAYS,
  types: { 'features.v1.FeatureViewMaterialized': FeatureViewMaterialized },
});
/** Pipeline runs that ended. Key: pipeline run id. */
export const pipelineRuns = declareTopic({
  name: 'training.pipeline-run.v1',
  partitions: PARTITIONS,
  retentionDays: DAYS,
  types: { 'training.v1.PipelineRunEnded': PipelineRunEnded },
});
/** Model versions registered and approved. Key: model version id. */
export const modelVersions = declareTopic({
  name: 'registry.model-version.v1',
  partitions: PARTITIONS,
  retentionDays: DAYS,
  types: {
    'registry.v1.ModelVersionRegistered': ModelVersionRegistered,
    'registry.v1.ModelVersionApproved': ModelVersionApproved,
  },
});
/** Endpoints and what answers behind them. Key: endpoint id. */
export const endpoints = declareTopic({
  name: 'serving.endpoint.v1',
  partitions: PARTITIONS,
  retentionDays: DAYS,
  types: { 'serving.v1.EndpointCreated': EndpointCreated, 'serving.v1.RolloutAdvanced': RolloutAdvanced },
});
/** Decisions, many in one event, and overrides. Key: endpoint id. */
export const decisions = declareTopic({
  name: 'serving.decision.v1',
  partitions: PARTITIONS,
  retentionDays: DAYS,
  types: { 'serving.v1.DecisionsMade': DecisionsMade, 'serving.v1.DecisionOverridden': DecisionOverridden },
});
/** Alerts raised. Key: endpoint id. */
export const alerts = declareTopic({
  name: 'monitoring.alert.v1',
  partitions: PARTITIONS,
  retentionDays: DAYS,
  types: { 'monitoring.v1.AlertRaised': AlertRaised },
});
/** Value of a month, version and arm as known now. Key: endpoint id. */
export const realisedValue = declareTopic({
  name: 'monitoring.value.v1',
  partitions: PARTITIONS,
  retentionDays: DAYS,
  types: { 'monitoring.v1.ValueRealised': ValueRealised },
});
/** Metric contracts both sides signed. Key: use case id. */
export const metricContracts = declareTopic({
  name: 'governance.metric-contract.v1',
  partitions: PARTITIONS,
  retentionDays: DAYS,
  types: { 'governance.v1.MetricContractSigned': MetricContractSigned },
});

function declareAudit(service: ServiceName) {
  return declareTopic({
    name: `${service}.audit.v1`,
    partitions: 1,
    retentionDays: 365,
    types: { 'platform.v1.AuditRecorded': AuditRecorded },
  });
}
export type AuditTopic = ReturnType<typeof declareAudit>;

/** One audit topic per service. Key: subject id. */
export const auditTopics: Readonly<Record<ServiceName, AuditTopic>> = Object.fromEntries(
  SERVICES.map((service) => [service, declareAudit(service)]),
) as Record<ServiceName, AuditTopic>;

/** Every topic of the platform; what is not here cannot be published. */
export const catalogue = new TopicCatalogue([
  datasetVersions,
  dataJobs,
  materializations,
  pipelineRuns,
  modelVersions,
  endpoints,
  decisions,
  alerts,
  realisedValue,
  metricContracts,
  ...Object.values(auditTopics),
]);
