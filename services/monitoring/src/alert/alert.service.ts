import { Injectable } from '@nestjs/common';
import type { Viewer } from '#libs/identity';
import { acknowledge, resolve, type Alert } from './alert.js';
import { AlertRepository } from './alert.repository.js';

@Injectable()
export class AlertService {
  constructor(private readonly alerts: AlertRepository) {}

  acknowledge(id: string, assignee: string | null, viewer: Viewer): Promise<Alert> {
    return this.alerts.change(id, { viewer, action: 'acknowledge-alert' }, (current) =>
      acknowledge(current, viewer.id, assignee, new Date()),
    );
  }

  resolve(id: string, reason: string, viewer: Viewer): Promise<Alert> {
    return this.alerts.change(id, { viewer, action: 'resolve-alert', reason }, (current) =>
      resolve(current, viewer.id, reason, new Date()),
    );
  }
}
