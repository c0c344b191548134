import { AlertKind as AlertKindProto } from '#contracts/monitoring/v1/events';
import type { EventRecord } from '#libs/events';
import { alerts } from '#libs/topics';
import type { Alert, AlertKind } from './alert.js';

const KIND_TO_PROTO: Readonly<Record<AlertKind, AlertKindProto>> = {
  calibration: AlertKindProto.ALERT_KIND_CALIBRATION,
  skew: AlertKindProto.ALERT_KIND_SKEW,
};

export function raisedToRecord(alert: Alert): EventRecord {
  const { id, endpointId, useCaseId, versionId, kind, raisedAt, summary, workspace } = alert;
  const value = { alertId: id, endpointId, useCaseId, modelVersionId: versionId, kind: KIND_TO_PROTO[kind], raisedAt, summary };
  return alerts.record('monitoring.v1.AlertRaised', { key: endpointId, workspace, time: raisedAt, value });
}
