import { Module, type DynamicModule } from '@nestjs/common';
import { storageModule } from '#libs/storage';
import { AuditRecordedConsumer } from './audit/audit-recorded.consumer.js';
import { auditRecordMapping } from './audit/audit.mapping.js';
import { AuditRepository } from './audit/audit.repository.js';
import { AuditResolver } from './audit/audit.resolver.js';
import { deploymentMapping } from './deployment/deployment.mapping.js';
import { DeploymentRepository } from './deployment/deployment.repository.js';
import { EndpointCreatedConsumer } from './deployment/endpoint-created.consumer.js';
import type { GovernanceEnv } from './env.js';
import { EvidenceRepository } from './evidence/evidence.repository.js';
import { EvidenceJournal } from './maturity/evidence.journal.js';
import { EvidencePeer } from './maturity/evidence.peer.js';
import { declaredLevelMapping } from './maturity/maturity.mapping.js';
import { MaturityRepository } from './maturity/maturity.repository.js';
import { MaturityResolver } from './maturity/maturity.resolver.js';
import { MaturityService } from './maturity/maturity.service.js';
import { MetricContractGrpc } from './metric-contract/metric-contract.grpc.js';
import { metricContractMapping, signatureMapping } from './metric-contract/metric-contract.mapping.js';
import { MetricContractRepository } from './metric-contract/metric-contract.repository.js';
import { MetricContractResolver } from './metric-contract/metric-contract.resolver.js';
import { MetricContractService } from './metric-contract/metric-contract.service.js';
import { governanceTables } from './migrations/20261123T2345-governance.js';
import { planItemMapping } from './plan/plan.mapping.js';
import { PlanRepository } from './plan/plan.repository.js';
import { PlanResolver } from './plan/plan.resolver.js';
import { PlanService } from './plan/plan.service.js';
import { ENV } from './tokens.js';
import { useCaseMapping } from './use-case/use-case.mapping.js';
import { UseCaseRepository } from './use-case/use-case.repository.js';
import { UseCaseResolver } from './use-case/use-case.resolver.js';
import { UseCaseService } from './use-case/use-case.service.js';
import { ledgerEntryMapping } from './value-ledger/value-ledger.mapping.js';
import { ValueLedgerRepository } from './value-ledger/value-ledger.repository.js';
import { LedgerEntryResolver, ValueLedgerResolver } from './value-ledger/value-ledger.resolver.js';
import { ValueRealisedConsumer } from './value-ledger/value-realised.consumer.js';

/** Tables of governance, as mapped; a contract test compares them with the migrated schema. */
export const governanceEntities = [
  useCaseMapping,
  deploymentMapping,
  metricContractMapping,
  signatureMapping,
  ledgerEntryMapping,
  auditRecordMapping,
  declaredLevelMapping,
  planItemMapping,
];
export const governanceMigrations = [governanceTables];

@Module({})
export class GovernanceModule {
  static with(env: GovernanceEnv): DynamicModule {
    return {
      module: GovernanceModule,
      imports: [storageModule({ service: 'governance', env, entities: governanceEntities, migrations: governanceMigrations })],
      providers: [
        { provide: ENV, useValue: env },
        UseCaseRepository,
        UseCaseService,
        UseCaseResolver,
        DeploymentRepository,
        EndpointCreatedConsumer,
        MetricContractRepository,
        MetricContractService,
        MetricContractResolver,
        MetricContractGrpc,
        ValueLedgerRepository,
        ValueLedgerResolver,
        LedgerEntryResolver,
        ValueRealisedConsumer,
        AuditRepository,
        AuditRecordedConsumer,
        AuditResolver,
        EvidenceRepository,
        EvidencePeer,
        EvidenceJournal,
        MaturityRepository,
        MaturityService,
        MaturityResolver,
        PlanRepository,
        PlanService,
        PlanResolver,
      ],
    };
  }
}
