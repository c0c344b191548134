import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DataServiceService } from '#contracts/data/v1/data';
import { grpcPeer } from '#libs/grpc';
import { IDENTITY, type HostIdentity } from '#libs/host';
import type { TrainingEnv } from '../env.js';
import { ENV } from '../tokens.js';

const DEADLINE_MS = 10_000;

/** Asks data which version of a dataset is the newest. */
@Injectable()
export class DatasetPeer implements OnModuleDestroy {
  private readonly data;

  constructor(@Inject(ENV) env: TrainingEnv, @Inject(IDENTITY) identity: HostIdentity) {
    this.data = grpcPeer(DataServiceService, { address: env.DATA_ADDRESS, name: 'data', authorization: identity.authorization });
  }

  /** @throws Problem not-found for a dataset without a version */
  async newestVersion(workspace: string, name: string): Promise<string> {
    const which = { $case: 'datasetName' as const, value: name };
    const { version } = await this.data.getDatasetVersion({ which }, { workspace, deadlineMs: DEADLINE_MS });
    return version!.id;
  }

  onModuleDestroy(): void {
    this.data.close();
  }
}
