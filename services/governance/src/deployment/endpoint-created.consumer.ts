import { Injectable } from '@nestjs/common';
import { onEvent, type EventHandler } from '#libs/events';
import { endpoints } from '#libs/topics';
import { DeploymentRepository } from './deployment.repository.js';

@Injectable()
export class EndpointCreatedConsumer {
  readonly handlers: readonly EventHandler[] = [
    onEvent(endpoints, 'serving.v1.EndpointCreated', (tx, { workspace, time, value }) => {
      const { endpointId, useCaseId, name } = value;
      return this.deployments.record(tx, { endpointId, workspace, useCaseId, name, createdAt: time });
    }),
  ];

  constructor(private readonly deployments: DeploymentRepository) {}
}
