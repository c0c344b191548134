import { Args, Query, Resolver } from '@nestjs/graphql';
import { CurrentViewer } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import type * as gql from '../graphql.generated.js';
import type { SkewReport } from './skew.js';
import { SkewService } from './skew.service.js';

@Resolver('SkewReport')
export class SkewResolver {
  constructor(private readonly skew: SkewService) {}

  @Query()
  skewReport(@Args() { endpointId, from, to }: gql.QuerySkewReportArgs, @CurrentViewer() viewer: Viewer): Promise<SkewReport> {
    return this.skew.report(viewer.workspace, endpointId, from, to);
  }
}
