import { Injectable } from '@nestjs/common';
import type { GetAlertRequest, GetAlertResponse, MonitoringServiceService } from '#contracts/monitoring/v1/monitoring';
import type { GrpcHandlers, GrpcPermissions, IncomingCall } from '#libs/grpc';
import { Problem } from '#libs/problem';
import { AlertRepository } from './alert.repository.js';

type Contract = typeof MonitoringServiceService;

@Injectable()
export class AlertGrpc implements GrpcHandlers<Contract> {
  static readonly permissions: GrpcPermissions<Contract> = { getAlert: ['any-service'] };

  constructor(private readonly alerts: AlertRepository) {}

  async getAlert({ alertId }: GetAlertRequest, { viewer }: IncomingCall): Promise<GetAlertResponse> {
    const alert = await this.alerts.find(viewer.workspace, alertId);
    if (!alert) throw new Problem('not-found', 'monitoring/alert', `no alert ${alertId}`, { id: alertId });
    const { id, endpointId, versionId, kind, raisedAt } = alert;
    return { alertId: id, endpointId, modelVersionId: versionId, kind, raisedAt };
  }
}
