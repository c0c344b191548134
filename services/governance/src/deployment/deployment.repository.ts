import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Deployment } from './deployment.js';
import { deploymentMapping } from './deployment.mapping.js';

@Injectable()
export class DeploymentRepository {
  async record(tx: EntityManager, deployment: Deployment): Promise<void> {
    await tx.insert(deploymentMapping, { ...deployment });
  }
}
