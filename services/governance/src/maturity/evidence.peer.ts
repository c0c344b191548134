import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { EvidenceServiceService } from '#contracts/evidence/v1/evidence';
import { grpcPeer } from '#libs/grpc';
import { IDENTITY, type HostIdentity } from '#libs/host';
import type { GovernanceEnv } from '../env.js';
import { ENV } from '../tokens.js';
import type { ServiceMeasures } from './merge-measures.js';

const DEADLINE_MS = 4_000;

/** What the other services' records say, and which of them did not answer. */
export interface AskedEvidence {
  readonly answers: readonly ServiceMeasures[];
  readonly silent: readonly string[];
}

/** Asks every other service what its records say. One that is away, or slow, or answers nonsense, does not stop the assessment. */
@Injectable()
export class EvidencePeer implements OnModuleDestroy {
  private readonly peers;

  constructor(@Inject(ENV) env: GovernanceEnv, @Inject(IDENTITY) identity: HostIdentity) {
    const addresses = {
      data: env.DATA_ADDRESS,
      features: env.FEATURES_ADDRESS,
      training: env.TRAINING_ADDRESS,
      registry: env.REGISTRY_ADDRESS,
      serving: env.SERVING_ADDRESS,
      monitoring: env.MONITORING_ADDRESS,
    };
    this.peers = Object.entries(addresses).map(([name, address]) => ({
      name,
      evidence: grpcPeer(EvidenceServiceService, { address, name, authorization: identity.authorization }),
    }));
  }

  async ask(workspace: string, asOf: Date): Promise<AskedEvidence> {
    const request = { questions: [], asOf };
    const asked = this.peers.map(async ({ name, evidence }): Promise<ServiceMeasures> => {
      const { measures } = await evidence.measureEvidence(request, { workspace, deadlineMs: DEADLINE_MS });
      return { service: name, measures: measures.filter(({ met, observed }) => met <= observed) };
    });
    const settled = await Promise.allSettled(asked);
    return {
      answers: settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
      silent: settled.flatMap((result, index) => (result.status === 'rejected' ? [this.peers[index]!.name] : [])),
    };
  }

  onModuleDestroy(): void {
    for (const { evidence } of this.peers) evidence.close();
  }
}
