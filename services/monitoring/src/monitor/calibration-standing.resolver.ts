import { Args, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { Serves } from '#libs/graph';
import type * as gql from '../graphql.generated.js';
import { MonitorService, type CalibrationStanding } from './monitor.service.js';

@Resolver('CalibrationTest')
export class CalibrationStandingResolver implements Serves<gql.CalibrationTest, CalibrationStanding> {
  constructor(private readonly monitors: MonitorService) {}

  @ResolveField()
  version(@Parent() { versionId }: CalibrationStanding): { readonly id: string } | null {
    return versionId === null ? null : { id: versionId };
  }

  @ResolveField()
  async days(
    @Parent() standing: CalibrationStanding,
    @Args() { first }: gql.CalibrationTestDaysArgs,
  ): Promise<readonly gql.CalibrationDay[]> {
    const days = await this.monitors.days(standing, first ?? null);
    return days.map(({ day, decisions, excess, evidence }) => ({
      day,
      decisions,
      gap: decisions === 0 ? 0 : excess / decisions,
      evidence,
    }));
  }
}
