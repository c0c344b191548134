import { Inject, Injectable } from '@nestjs/common';
import { entryAt } from '#libs/timeline';
import type { OnlineStore } from '#libs/online-store';
import { FeatureServiceService } from '../feature-service/feature-service.service.js';
import { ONLINE } from '../tokens.js';
import { OnlineMetrics } from './online.metrics.js';
import { requestRows, type ValueColumn } from './request-rows.js';
import { probesOf, vectorsOf } from './vectors.js';

/** Rows that one call may ask. */
const MAX_ROWS = 10_000;

@Injectable()
export class OnlineService {
  constructor(
    private readonly services: FeatureServiceService,
    @Inject(ONLINE) private readonly online: OnlineStore,
    private readonly metrics: OnlineMetrics,
  ) {}

  /** The vectors of rows, each as known at its moment; columns in the service's order. */
  async read(
    workspace: string,
    featureService: string,
    columns: readonly ValueColumn[],
    momentsMs: readonly number[],
  ): Promise<ValueColumn[]> {
    const measured = this.metrics.begin();
    const { plan } = await this.services.planned(workspace, featureService);
    const rows = requestRows(plan.requestColumns, columns, momentsMs, MAX_ROWS);
    const probes = probesOf(plan, rows);
    const payloads = await this.online.find(workspace, probes);
    const answers = payloads.map((payload, i) => (payload ? entryAt(payload, probes.momentsMs[i]!) : undefined));
    const vectors = vectorsOf(plan, rows, probes, answers);
    measured(momentsMs.length);
    return vectors;
  }
}
