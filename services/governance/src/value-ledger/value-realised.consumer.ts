import { Injectable } from '@nestjs/common';
import type { ValueRealised } from '#contracts/monitoring/v1/events';
import { onEvent, type EventHandler } from '#libs/events';
import { Problem } from '#libs/problem';
import { realisedValue } from '#libs/topics';
import { entryId, type LedgerEntry } from './value-ledger.js';
import { ValueLedgerRepository } from './value-ledger.repository.js';

/** @throws Problem where the account lacks its money or its moment: it is set aside, with this as the reason */
export function entryOf(value: ValueRealised, workspace: string): LedgerEntry {
  const { value: earned, missed, knownUntil, month, ...rest } = value;
  if (!earned || !missed || !knownUntil || earned.currency !== missed.currency || !/^\d{4}-\d{2}-01$/.test(month)) {
    throw new Problem('invalid', 'governance/account', `the account of ${month} and ${value.arm} is not complete`);
  }
  return {
    id: entryId({ ...rest, month }),
    workspace,
    useCaseId: value.useCaseId,
    endpointId: value.endpointId,
    month,
    modelVersionId: value.modelVersionId,
    arm: value.arm,
    decisions: Number(value.decisions),
    decisionsWithOutcome: Number(value.decisionsWithOutcome),
    valueMinor: earned.minorUnits,
    missedMinor: missed.minorUnits,
    currency: earned.currency,
    knownUntil,
  };
}

@Injectable()
export class ValueRealisedConsumer {
  readonly handlers: readonly EventHandler[] = [
    onEvent(realisedValue, 'monitoring.v1.ValueRealised', (tx, { workspace, value }) =>
      this.ledger.replace(tx, entryOf(value, workspace)),
    ),
  ];

  constructor(private readonly ledger: ValueLedgerRepository) {}
}
