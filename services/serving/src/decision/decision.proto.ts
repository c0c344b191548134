import { Arm as ArmProto, type DecisionOverridden, type DecisionsMade } from '#contracts/serving/v1/events';
import type { Column } from '#contracts/platform/v1/object';
import type { EventRecord } from '#libs/events';
import { decisions as topic } from '#libs/topics';
import type { Arm, Cell, Decision, LayoutColumn, Override } from './decision.js';
import type { DecisionBatch } from './decision-batch.js';

/** An event holds at most this many decisions, far below the log's bound on a payload. */
const PER_EVENT = 500;

const ARMS: Readonly<Record<Arm, ArmProto>> = {
  champion: ArmProto.ARM_CHAMPION,
  challenger: ArmProto.ARM_CHALLENGER,
};

/** Batches as events in columns: decisions of one endpoint and layout share one, whichever requests they came from. */
export function madeToRecords(batches: readonly DecisionBatch[]): readonly EventRecord[] {
  const rows = batches.flatMap((batch) => batch.decisions.map((decision) => ({ batch, decision })));
  // Those of which it is not known what the baseline would have done have no such column, so they stand in events of their own.
  const groups = Map.groupBy(
    rows,
    ({ decision }) => `${decision.endpointId}/${decision.layoutId}/${decision.baselineAct !== null}`,
  );
  return [...groups.values()].flatMap((group) => {
    const [{ batch }] = group as [(typeof group)[number]];
    const parts = Array.from({ length: Math.ceil(group.length / PER_EVENT) }, (_, i) =>
      group.slice(i * PER_EVENT, (i + 1) * PER_EVENT),
    );
    return parts.map((part) =>
      madeToRecord(
        batch,
        part.map(({ decision }) => decision),
      ),
    );
  });
}

function madeToRecord({ workspace, useCaseId, layout }: DecisionBatch, decisions: readonly Decision[]): EventRecord {
  const [first] = decisions as [Decision];
  const value: DecisionsMade = {
    endpointId: first.endpointId,
    useCaseId,
    decisionIds: decisions.map(({ id }) => id),
    decidedAt: decisions.map(({ decidedAt }) => decidedAt),
    rowKeys: decisions.map(({ rowKey }) => rowKey),
    modelVersionIds: decisions.map(({ versionId }) => versionId),
    arms: decisions.map(({ arm }) => ARMS[arm]),
    probabilities: decisions.map(({ probability }) => probability),
    thresholds: decisions.map(({ threshold }) => threshold),
    acts: decisions.map(({ proposedAct }) => proposedAct),
    baselineActs: first.baselineAct === null ? [] : decisions.map(({ baselineAct }) => baselineAct!),
    features: layout.features.map((column, place) =>
      columnToProto(
        column,
        decisions.map(({ features }) => features[place]!),
      ),
    ),
    request: layout.request.map((column, place) =>
      columnToProto(
        column,
        decisions.map(({ request }) => request[place]!),
      ),
    ),
  };
  return topic.record('serving.v1.DecisionsMade', { key: first.endpointId, workspace, time: decisions.at(-1)!.decidedAt, value });
}

function columnToProto({ name, type }: LayoutColumn, cells: readonly Cell[]): Column {
  return type === 'number'
    ? { name, values: { $case: 'numbers', value: { values: cells.map((cell) => (typeof cell === 'number' ? cell : NaN)) } } }
    : { name, values: { $case: 'texts', value: { values: cells.map((cell) => (typeof cell === 'string' ? cell : '')) } } };
}

export function overriddenToRecord({ decisionId, act, by, reason, at, workspace }: Override, endpointId: string): EventRecord {
  const value: DecisionOverridden = { decisionId, endpointId, act, overriddenBy: by, reason };
  return topic.record('serving.v1.DecisionOverridden', { key: endpointId, workspace, time: at, value });
}
