import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { Serves } from '#libs/graph';
import type * as gql from '../graphql.generated.js';
import type { FeatureDrift } from './feature-drift.js';

@Resolver('FeatureDrift')
export class FeatureDriftResolver implements Serves<gql.FeatureDrift, FeatureDrift> {
  @ResolveField()
  version(@Parent() { versionId }: FeatureDrift): { readonly id: string } {
    return { id: versionId };
  }
}
