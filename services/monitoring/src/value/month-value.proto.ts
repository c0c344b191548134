import type { EventRecord } from '#libs/events';
import { realisedValue } from '#libs/topics';
import { isoDate, type EventDay } from '../monitor/event-day.js';
import type { Monitor } from '../monitor/monitor.js';
import type { MonthValue } from './month-value.js';

/** @param knownUntil event time up to which outcomes are complete */
export function valueToRecord(monitor: Monitor, month: EventDay, row: MonthValue, knownUntil: Date): EventRecord {
  const { endpointId, useCaseId, workspace } = monitor;
  const { versionId, arm, decisions, labelled, value: earned, missed } = row;
  const value = {
    endpointId,
    useCaseId,
    modelVersionId: versionId,
    arm,
    month: isoDate(month),
    decisions: BigInt(decisions),
    decisionsWithOutcome: BigInt(labelled),
    value: { minorUnits: earned.minorUnits, currency: earned.currency },
    missed: { minorUnits: missed.minorUnits, currency: missed.currency },
    knownUntil,
  };
  return realisedValue.record('monitoring.v1.ValueRealised', { key: endpointId, workspace, time: knownUntil, value });
}
