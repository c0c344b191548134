import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { Serves } from '#libs/graph';
import type * as gql from '../graphql.generated.js';
import type { Segment } from './segment.js';

@Resolver('WindowSegment')
export class SegmentResolver implements Serves<gql.WindowSegment, Segment> {
  @ResolveField()
  version(@Parent() { versionId }: Segment): { readonly id: string } {
    return { id: versionId };
  }

  @ResolveField()
  labelMaturity(@Parent() { decisions, labelled }: Segment): number {
    return decisions === 0 ? 0 : labelled / decisions;
  }
}
