import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { CurrentViewer, type Serves } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import type * as gql from '../graphql.generated.js';
import type { MaturityAssessment } from './maturity.js';
import { MaturityService } from './maturity.service.js';

@Resolver('MaturityAssessment')
export class MaturityResolver implements Serves<gql.MaturityAssessment, MaturityAssessment> {
  constructor(private readonly assessments: MaturityService) {}

  @Query()
  maturity(@CurrentViewer() viewer: Viewer): Promise<MaturityAssessment> {
    return this.assessments.assess(viewer.workspace, new Date());
  }

  @Mutation()
  declareLevels(@Args() { levels }: gql.MutationDeclareLevelsArgs, @CurrentViewer() viewer: Viewer): Promise<MaturityAssessment> {
    return this.assessments.declare(levels, viewer);
  }
}
