import { Inject, Injectable } from '@nestjs/common';
import type { AlertRaised } from '#contracts/monitoring/v1/events';
import { AlertKind } from '#contracts/monitoring/v1/events';
import { onEvent, type ConsumedEvent, type EventHandler } from '#libs/events';
import { LOG } from '#libs/host';
import type { Logger } from '#libs/log';
import { Problem } from '#libs/problem';
import { alerts } from '#libs/topics';
import { pipelinesTriggeredBy } from '../pipeline/pipeline-trigger.repository.js';
import { trainingActor } from './training-actor.js';
import { PipelineRunRepository } from './pipeline-run.repository.js';
import { newPipelineRun } from './pipeline-run.draft.js';
import { checkPlan, retrainingPlan } from './plan.js';

type Transaction = Parameters<EventHandler['apply']>[0];

/** An alert that forecasts and outcomes have parted starts the pipelines that wait for it, on what was known when it was raised. */
@Injectable()
export class AlertRaisedConsumer {
  readonly handlers: readonly EventHandler[] = [
    onEvent(alerts, 'monitoring.v1.AlertRaised', (tx, event) => this.retrain(tx, event)),
  ];

  constructor(
    private readonly runs: PipelineRunRepository,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  private async retrain(tx: Transaction, { value: alert, workspace }: ConsumedEvent<AlertRaised>): Promise<void> {
    if (alert.kind !== AlertKind.ALERT_KIND_CALIBRATION) return; // skew is a fault of features: new trees would learn it
    for (const pipeline of await pipelinesTriggeredBy(tx, alert.endpointId)) {
      const plan = retrainingPlan(pipeline.trigger!, { raisedAt: alert.raisedAt!, modelVersionId: alert.modelVersionId });
      try {
        checkPlan(plan);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        this.log.warn({ err: error, pipelineId: pipeline.id, alertId: alert.alertId }, 'an alert cannot start its pipeline');
        continue;
      }
      await this.runs.startAtAlert(tx, newPipelineRun(pipeline, plan, alert.alertId), pipeline, trainingActor(workspace));
    }
  }
}
