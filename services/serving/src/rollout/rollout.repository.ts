import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { withWorkspace } from '#libs/database';
import { Outbox } from '#libs/events';
import type { Viewer } from '#libs/identity';
import { Problem } from '#libs/problem';
import { AuditTrail } from '#libs/storage';
import type { Deployment } from '../endpoint/endpoint.js';
import { deploymentMapping, endpointMapping, routeMapping } from '../endpoint/endpoint.mapping.js';
import type { Route } from '../endpoint/route.js';
import type { Rollout, RolloutStep } from './rollout.js';
import { rolloutMapping } from './rollout.mapping.js';
import { advancedToRecord } from './rollout.proto.js';

/** What a change of a rollout is called in the audit trail. */
export type RolloutAction = 'start-rollout' | 'advance-rollout' | 'roll-back';

@Injectable()
export class RolloutRepository {
  constructor(
    private readonly db: DataSource,
    private readonly outbox: Outbox,
    private readonly audit: AuditTrail,
  ) {}

  /** Locks the endpoint, lets `decide` make the first step, and stores it with the deployment and its event in one transaction. */
  start(deployment: Deployment, viewer: Viewer, decide: (latest: Route, number: number) => RolloutStep): Promise<Rollout> {
    const { workspace, endpointId } = deployment;
    const running = (): Problem =>
      new Problem('conflict', 'serving/rollout-running', 'another rollout is under way at this endpoint', { endpointId });
    return withWorkspace(
      this.db,
      workspace,
      async (tx) => {
        const latest = await lockNewestRoute(tx, endpointId);
        const started = await tx.countBy(rolloutMapping, { endpointId });
        const step = decide(latest, started + 1);
        await tx
          .createQueryBuilder()
          .insert()
          .into(deploymentMapping)
          .values({ ...deployment })
          .orIgnore()
          .execute();
        await tx.insert(rolloutMapping, { ...step.rollout, steps: [...step.rollout.steps] });
        await this.keep(tx, step, viewer, 'start-rollout', undefined);
        return step.rollout;
      },
      { rollout_running: running },
    );
  }

  /** Locks endpoint and rollout, lets `decide` make the next step, and stores it with its event in one transaction. */
  change(
    workspace: string,
    id: string,
    viewer: Viewer,
    action: RolloutAction,
    decide: (current: Rollout, latest: Route) => RolloutStep,
  ): Promise<Rollout> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const known = await tx.findOneBy(rolloutMapping, { id });
      if (!known) throw unknownRollout(id);
      const latest = await lockNewestRoute(tx, known.endpointId);
      const current = await tx.findOneByOrFail(rolloutMapping, { id });
      const step = decide(current, latest);
      const { percent, state, reason } = step.rollout;
      await tx.update(rolloutMapping, { id }, { percent, state, reason });
      await this.keep(tx, step, viewer, action, current);
      return step.rollout;
    });
  }

  private async keep(
    tx: EntityManager,
    { rollout, route }: RolloutStep,
    viewer: Viewer,
    action: RolloutAction,
    before: Rollout | undefined,
  ): Promise<void> {
    await tx.insert(routeMapping, { ...route });
    await this.outbox.append(tx, advancedToRecord(rollout, new Date()));
    const reason = rollout.reason === null ? {} : { reason: rollout.reason };
    await this.audit.record(tx, {
      viewer,
      action,
      subjectKind: 'rollout',
      subjectId: rollout.id,
      before,
      after: rollout,
      ...reason,
    });
  }

  async get(workspace: string, id: string): Promise<Rollout> {
    const rollout = await withWorkspace(this.db, workspace, (tx) => tx.findOneBy(rolloutMapping, { id }));
    if (!rollout) throw unknownRollout(id);
    return rollout;
  }

  newestOf(workspace: string, endpointId: string): Promise<Rollout | null> {
    return withWorkspace(this.db, workspace, (tx) =>
      tx.findOne(rolloutMapping, { where: { endpointId }, order: { number: 'DESC' } }),
    );
  }
}

/** Changes of one endpoint take turns: its routes have an order. */
async function lockNewestRoute(tx: EntityManager, endpointId: string): Promise<Route> {
  const endpoint = await tx.findOne(endpointMapping, { where: { id: endpointId }, lock: { mode: 'pessimistic_write' } });
  if (!endpoint) throw new Problem('not-found', 'serving/endpoint', `no endpoint ${endpointId}`, { endpoint: endpointId });
  return tx.findOneOrFail(routeMapping, { where: { endpointId }, order: { sequence: 'DESC' } });
}

function unknownRollout(id: string): Problem {
  return new Problem('not-found', 'serving/rollout', `no rollout ${id}`, { id });
}
