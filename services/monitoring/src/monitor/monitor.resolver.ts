import { Args, Parent, Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import type { Page } from '#libs/database';
import { CurrentViewer, type GraphContext, type Serves } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import type * as gql from '../graphql.generated.js';
import type { LedgerRow } from '../value/month-value.repository.js';
import { MonthValueRepository } from '../value/month-value.repository.js';
import type { MonitorWindow } from '../window/window.js';
import { WindowRepository } from '../window/window.repository.js';
import type { Monitor } from './monitor.js';
import { MonitorRepository } from './monitor.repository.js';
import { MonitorService, type CalibrationStanding } from './monitor.service.js';

@Resolver('Monitor')
export class MonitorResolver implements Serves<gql.Monitor, Monitor> {
  constructor(
    private readonly service: MonitorService,
    private readonly monitors: MonitorRepository,
    private readonly monitorWindows: WindowRepository,
    private readonly months: MonthValueRepository,
  ) {}

  @Query()
  monitor(@Args() { endpointId }: gql.QueryMonitorArgs, @CurrentViewer() viewer: Viewer): Promise<Monitor | null> {
    return this.monitors.findByEndpoint(viewer.workspace, endpointId);
  }

  @ResolveReference()
  resolveReference({ id }: { readonly id: string }, { viewer }: Required<GraphContext>): Promise<Monitor | null> {
    return this.monitors.find(viewer.workspace, id);
  }

  @ResolveField()
  endpoint(@Parent() { endpointId }: Monitor): { readonly id: string } {
    return { id: endpointId };
  }

  @ResolveField()
  windows(@Parent() { workspace, id }: Monitor, @Args() page: gql.MonitorWindowsArgs): Promise<Page<MonitorWindow>> {
    return this.monitorWindows.list(workspace, id, page);
  }

  @ResolveField()
  calibrationTest(
    @Parent() monitor: Monitor,
    @Args() { versionId }: gql.MonitorCalibrationTestArgs,
  ): Promise<CalibrationStanding> {
    return this.service.standing(monitor, versionId ?? null);
  }

  @ResolveField()
  values(@Parent() { workspace, id }: Monitor): Promise<readonly LedgerRow[]> {
    return this.months.list(workspace, id);
  }
}
