import { GovernanceServiceService } from '#contracts/governance/v1/governance';
import { evidenceDoor } from '#libs/evidence';
import { grpcDoor } from '#libs/grpc';
import { startHost, type RunningService } from '#libs/host';
import { Storage } from '#libs/storage';
import { AuditRecordedConsumer } from './audit/audit-recorded.consumer.js';
import { EndpointCreatedConsumer } from './deployment/endpoint-created.consumer.js';
import type { GovernanceEnv } from './env.js';
import { EvidenceRepository } from './evidence/evidence.repository.js';
import { GovernanceModule } from './governance.module.js';
import { sdl } from './graphql.generated.js';
import { EvidenceJournal } from './maturity/evidence.journal.js';
import { MetricContractGrpc } from './metric-contract/metric-contract.grpc.js';
import { ValueRealisedConsumer } from './value-ledger/value-realised.consumer.js';

/** Starts governance. */
export function start(env: GovernanceEnv): Promise<RunningService> {
  return startHost({
    service: 'governance',
    env,
    sdl,
    imports: [GovernanceModule.with(env)],
    grpc: (app) => [
      grpcDoor(GovernanceServiceService, MetricContractGrpc.permissions, app.get(MetricContractGrpc)),
      evidenceDoor((workspace, asked) => app.get(EvidenceRepository).measure(workspace, asked)),
    ],
    ready: (app) => app.get(Storage).checks(),
    work: async (app) => {
      const consumers = await app
        .get(Storage)
        .work(
          { group: 'governance.audit', handlers: app.get(AuditRecordedConsumer).handlers },
          { group: 'governance.ledger', handlers: app.get(ValueRealisedConsumer).handlers },
          { group: 'governance.deployments', handlers: app.get(EndpointCreatedConsumer).handlers },
        );
      return [...consumers, app.get(EvidenceJournal).start()];
    },
  });
}
