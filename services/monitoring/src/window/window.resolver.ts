import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { Serves } from '#libs/graph';
import type * as gql from '../graphql.generated.js';
import type { MonitorWindow } from './window.js';

@Resolver('MonitorWindow')
export class WindowResolver implements Serves<gql.MonitorWindow, MonitorWindow> {
  @ResolveField()
  from(@Parent() { startsAt }: MonitorWindow): Date {
    return startsAt;
  }

  @ResolveField()
  to(@Parent() { endsAt }: MonitorWindow): Date {
    return endsAt;
  }
}
