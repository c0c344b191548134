import { Arm as ArmProto, DecisionsMade } from '#contracts/serving/v1/events';
import type { Column } from '#contracts/platform/v1/object';
import type { ConsumedEvent } from '#libs/events';
import { Problem } from '#libs/problem';
import type { FeatureColumn } from '../window/vector-columns.js';
import type { Arm, ServedBatch } from './decision.js';

const ARMS: Readonly<Record<ArmProto, Arm | undefined>> = {
  [ArmProto.ARM_CHAMPION]: 'champion',
  [ArmProto.ARM_CHALLENGER]: 'challenger',
  [ArmProto.ARM_UNSPECIFIED]: undefined,
  [ArmProto.UNRECOGNIZED]: undefined,
};

/** The decisions of an event; refused whole where its columns do not correspond. */
export function batchFromEvent({ id, value }: ConsumedEvent<DecisionsMade>): ServedBatch {
  const rows = value.decisionIds.length;
  const columns = [
    value.decidedAt,
    value.rowKeys,
    value.modelVersionIds,
    value.arms,
    value.probabilities,
    value.thresholds,
    value.acts,
  ];
  const vectors = [...value.features, ...value.request].map((column) => column.values?.value.values ?? []);
  const baseline = value.baselineActs.length;
  if ([...columns, ...vectors].some((column) => column.length !== rows) || (baseline !== 0 && baseline !== rows)) {
    throw new Problem('invalid', 'monitoring/columns', `the columns of event ${id} do not have ${rows} rows each`, { id, rows });
  }
  return {
    id,
    endpointId: value.endpointId,
    useCaseId: value.useCaseId,
    decisions: value.decisionIds.map((decisionId, row) => ({
      id: decisionId,
      rowKey: value.rowKeys[row]!,
      decidedAt: value.decidedAt[row]!,
      versionId: value.modelVersionIds[row]!,
      arm: armFromProto(value.arms[row]!, id),
      probability: value.probabilities[row]!,
      threshold: value.thresholds[row]!,
      act: value.acts[row]!,
      baselineAct: baseline === 0 ? null : value.baselineActs[row]!,
    })),
    columns: DecisionsMade.encode(DecisionsMade.fromPartial({ features: value.features, request: value.request })).finish(),
  };
}

function armFromProto(arm: ArmProto, id: string): Arm {
  const known = ARMS[arm];
  if (!known) throw new Problem('invalid', 'monitoring/arm', `event ${id} names an arm that is not known`, { id });
  return known;
}

/** The vectors that a batch kept: as served, and what the caller sent. */
export function vectorsFromBytes(bytes: Uint8Array): { features: readonly FeatureColumn[]; request: readonly FeatureColumn[] } {
  const { features, request } = DecisionsMade.decode(bytes);
  return { features: features.map(columnFromProto), request: request.map(columnFromProto) };
}

export function columnFromProto({ name, values }: Column): FeatureColumn {
  if (values?.$case === 'numbers') return { name, kind: 'numbers', values: Float64Array.from(values.value.values) };
  return { name, kind: 'texts', values: values?.value.values ?? [] };
}

export function columnToProto({ name, ...column }: FeatureColumn): Column {
  return column.kind === 'numbers'
    ? { name, values: { $case: 'numbers', value: { values: Array.from(column.values) } } }
    : { name, values: { $case: 'texts', value: { values: [...column.values] } } };
}
