import { Args, Mutation, Parent, Query, ResolveField, ResolveReference, Resolver, Subscription } from '@nestjs/graphql';
import type { Page } from '#libs/database';
import { CurrentViewer, type GraphContext, type Serves } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import type * as gql from '../graphql.generated.js';
import type { Alert } from './alert.js';
import { AlertFeed } from './alert.feed.js';
import { AlertRepository } from './alert.repository.js';
import { AlertService } from './alert.service.js';

@Resolver('Alert')
export class AlertResolver implements Serves<gql.Alert, Alert> {
  constructor(
    private readonly service: AlertService,
    private readonly repository: AlertRepository,
    private readonly feed: AlertFeed,
  ) {}

  @Query()
  alert(@Args() { id }: gql.QueryAlertArgs, @CurrentViewer() viewer: Viewer): Promise<Alert | null> {
    return this.repository.find(viewer.workspace, id);
  }

  @Query()
  alerts(@Args() { endpointId, ...page }: gql.QueryAlertsArgs, @CurrentViewer() viewer: Viewer): Promise<Page<Alert>> {
    return this.repository.list(viewer.workspace, endpointId ?? null, page);
  }

  @Mutation()
  acknowledgeAlert(@Args() { id, assignee }: gql.MutationAcknowledgeAlertArgs, @CurrentViewer() viewer: Viewer): Promise<Alert> {
    return this.service.acknowledge(id, assignee ?? null, viewer);
  }

  @Mutation()
  resolveAlert(@Args() { id, reason }: gql.MutationResolveAlertArgs, @CurrentViewer() viewer: Viewer): Promise<Alert> {
    return this.service.resolve(id, reason, viewer);
  }

  @Subscription('alertRaised', { resolve: (alert: Alert) => alert })
  alertRaised(
    @Args() { endpointId, after }: gql.SubscriptionAlertRaisedArgs,
    @CurrentViewer() viewer: Viewer,
  ): Promise<AsyncIterableIterator<Alert>> {
    return this.feed.subscribe(viewer.workspace, endpointId ?? null, after ?? null);
  }

  @ResolveReference()
  resolveReference({ id }: { readonly id: string }, { viewer }: Required<GraphContext>): Promise<Alert | null> {
    return this.repository.find(viewer.workspace, id);
  }

  @ResolveField()
  endpoint(@Parent() { endpointId }: Alert): { readonly id: string } {
    return { id: endpointId };
  }

  @ResolveField()
  version(@Parent() { versionId }: Alert): { readonly id: string } {
    return { id: versionId };
  }

  @ResolveField()
  useCase(@Parent() { useCaseId }: Alert): { readonly id: string } {
    return { id: useCaseId };
  }
}
