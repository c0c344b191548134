import { Args, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { Connection, Serves } from '#libs/graph';
import type { Money } from '#libs/value';
import type * as gql from '../graphql.generated.js';
import type { UseCase } from '../use-case/use-case.js';
import { labelMaturity, sumOf, type LedgerEntry, type LedgerSum } from './value-ledger.js';
import { ValueLedgerRepository } from './value-ledger.repository.js';

/** The ledger of a use case, read when a field of it is asked for. */
interface LedgerOf {
  readonly useCase: UseCase;
}

@Resolver('ValueLedger')
export class ValueLedgerResolver implements Serves<gql.ValueLedger, LedgerOf> {
  constructor(private readonly ledger: ValueLedgerRepository) {}

  @ResolveField()
  entries(@Parent() { useCase }: LedgerOf, @Args() page: gql.ValueLedgerEntriesArgs): Promise<Connection<LedgerEntry>> {
    return this.ledger.page(useCase.workspace, useCase.id, page);
  }

  @ResolveField()
  async realised(@Parent() ledger: LedgerOf): Promise<Money | null> {
    return (await this.sum(ledger)).realised;
  }

  @ResolveField()
  async cost(@Parent() ledger: LedgerOf): Promise<Money> {
    return (await this.sum(ledger)).cost;
  }

  @ResolveField()
  async roi(@Parent() ledger: LedgerOf): Promise<number | null> {
    return (await this.sum(ledger)).roi;
  }

  private async sum({ useCase }: LedgerOf): Promise<LedgerSum> {
    return sumOf(await this.ledger.deciding(useCase.workspace, useCase.id), useCase.monthlyCost);
  }
}

@Resolver('LedgerEntry')
export class LedgerEntryResolver implements Serves<gql.LedgerEntry, LedgerEntry> {
  @ResolveField()
  version(@Parent() { modelVersionId }: LedgerEntry): { readonly id: string } | null {
    return modelVersionId === '' ? null : { id: modelVersionId };
  }

  @ResolveField()
  labelMaturity(@Parent() entry: LedgerEntry): number {
    return labelMaturity(entry);
  }

  @ResolveField()
  value(@Parent() { valueMinor, currency }: LedgerEntry): Money {
    return { minorUnits: valueMinor, currency };
  }

  @ResolveField()
  missed(@Parent() { missedMinor, currency }: LedgerEntry): Money {
    return { minorUnits: missedMinor, currency };
  }
}
