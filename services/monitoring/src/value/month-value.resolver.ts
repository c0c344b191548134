import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { Serves } from '#libs/graph';
import type * as gql from '../graphql.generated.js';
import type { LedgerRow } from './month-value.repository.js';

@Resolver('ValueRow')
export class MonthValueResolver implements Serves<gql.ValueRow, LedgerRow> {
  @ResolveField()
  version(@Parent() { versionId }: LedgerRow): { readonly id: string } | null {
    return versionId === '' ? null : { id: versionId };
  }

  @ResolveField()
  labelMaturity(@Parent() { decisions, labelled }: LedgerRow): number {
    return decisions === 0 ? 0 : labelled / decisions;
  }
}
