import { Injectable } from '@nestjs/common';
import type { InferOptions } from '#libs/inference';
import { Problem } from '#libs/problem';
import { digestOf } from '#libs/storage';
import type { Deployment } from '../endpoint/endpoint.js';
import type { EndpointState } from '../endpoint/endpoint-state.js';
import { routeAt, routeRow, type Routed } from '../endpoint/route.js';
import type { ValueColumn } from '../feature-service/feature-service.js';
import { FeatureServicePeer, type FeatureRead } from '../feature-service/feature-service.peer.js';
import { ModelHost } from '../inference/model.host.js';
import type { Cell, Decision, DecisionLayout, LayoutColumn } from './decision.js';
import { rowsAt, type DecisionRequest } from './decision-request.js';

/** A row that is to be decided. */
export interface UndecidedRow {
  readonly id: string;
  /** Its place in the request. */
  readonly place: number;
}

/** Decisions that share a layout. */
export interface MadeDecisions {
  readonly layout: DecisionLayout;
  readonly decisions: readonly Decision[];
}

/** The features of rows, by feature service: versions of the same service share a read. */
type ReadFeatures = (featureServiceId: string) => Promise<readonly ValueColumn[]>;

const REMEMBERED_LAYOUTS = 200;

/** Decides rows: routes them, reads their features as of their moments, runs the versions. It remembers nothing. */
@Injectable()
export class DecisionMaker {
  /** Layouts by the names in them; a digest for every call would cost more than the model. */
  private readonly layouts = new Map<string, DecisionLayout>();

  constructor(
    private readonly features: FeatureServicePeer,
    private readonly models: ModelHost,
  ) {}

  async make(
    state: EndpointState,
    request: DecisionRequest,
    rows: readonly UndecidedRow[],
    options: InferOptions,
  ): Promise<readonly MadeDecisions[]> {
    const routed = rows.map((row) => ({ ...row, ...this.route(state, request, row.place) }));
    const groups = [...Map.groupBy(routed, ({ versionId }) => versionId)];
    const made = await Promise.all(
      groups.map(([versionId, group]) => this.decide(state, request, this.deployment(state, versionId), group, options)),
    );
    return made;
  }

  private route({ routes, endpoint }: EndpointState, { momentsMs, rowKeys }: DecisionRequest, place: number): Routed {
    return routeRow(routeAt(routes, momentsMs[place]!)!, endpoint.name, rowKeys[place]!);
  }

  private deployment({ deployments, endpoint }: EndpointState, versionId: string): Deployment {
    const deployment = deployments.get(versionId);
    if (!deployment) throw new Error(`endpoint ${endpoint.id} routes to ${versionId}, of which it has no deployment`);
    return deployment;
  }

  private async decide(
    state: EndpointState,
    request: DecisionRequest,
    deployment: Deployment,
    rows: readonly (UndecidedRow & Routed)[],
    options: InferOptions,
  ): Promise<MadeDecisions> {
    const { workspace, id: endpointId } = state.endpoint;
    const places = rows.map(({ place }) => place);
    const columns = rowsAt(request.columns, places);
    const momentsMs = places.map((place) => request.momentsMs[place]!);
    const read = this.reader(workspace, { columns, momentsMs });
    const baseline = this.deployment(state, state.endpoint.baselineVersionId);
    const [features, probabilities, baselineActs] = await Promise.all([
      read(deployment.featureServiceId),
      this.probabilities(deployment, read, rows.length, options),
      baseline === deployment ? undefined : this.acts(baseline, read, rows.length, options),
    ]);
    const layout = this.layoutOf(request.columns, features);
    const decisions = rows.map(({ id, place, arm }, i): Decision => {
      const probability = probabilities[i]!;
      const proposedAct = probability >= deployment.threshold;
      return {
        id,
        workspace,
        endpointId,
        versionId: deployment.versionId,
        arm,
        decidedAt: new Date(momentsMs[i]!),
        rowKey: request.rowKeys[place]!,
        probability,
        threshold: deployment.threshold,
        proposedAct,
        baselineAct: baseline === deployment ? proposedAct : (baselineActs?.[i] ?? null),
        layoutId: layout.id,
        request: cellsAt(columns, i),
        features: cellsAt(features, i),
      };
    });
    return { layout, decisions };
  }

  /** What the baseline would have done. It is for comparison only: where it fails, the decision is made without. */
  private async acts(
    baseline: Deployment,
    read: ReadFeatures,
    rows: number,
    options: InferOptions,
  ): Promise<readonly boolean[] | undefined> {
    try {
      const probabilities = await this.probabilities(baseline, read, rows, options);
      return Array.from(probabilities, (probability) => probability >= baseline.threshold);
    } catch (error) {
      if (error instanceof Problem) return undefined;
      throw error;
    }
  }

  private reader(workspace: string, rows: FeatureRead): ReadFeatures {
    const reads = new Map<string, Promise<readonly ValueColumn[]>>();
    return (featureServiceId) => {
      const read = reads.get(featureServiceId) ?? this.features.read(workspace, featureServiceId, rows);
      reads.set(featureServiceId, read);
      return read;
    };
  }

  private async probabilities(
    { workspace, artifactHash, featureServiceId, versionId }: Deployment,
    read: ReadFeatures,
    rows: number,
    options: InferOptions,
  ): Promise<Float64Array> {
    const features = await read(featureServiceId);
    const byName = Object.fromEntries(features.map(({ name, values }) => [name, values]));
    const probabilities = await this.models.probabilities(workspace, artifactHash, byName, rows, options);
    if (probabilities.every((probability) => probability >= 0 && probability <= 1)) return probabilities;
    throw new Problem('conflict', 'serving/no-probability', 'the version answered a number that is no probability', {
      versionId,
    });
  }

  private layoutOf(request: readonly ValueColumn[], features: readonly ValueColumn[]): DecisionLayout {
    const content = { request: request.map(layoutColumn), features: features.map(layoutColumn) };
    const key = JSON.stringify(content);
    const known = this.layouts.get(key);
    if (known) return known;
    const layout = { id: digestOf(content).slice(0, 32), ...content };
    if (this.layouts.size >= REMEMBERED_LAYOUTS) this.layouts.clear();
    this.layouts.set(key, layout);
    return layout;
  }
}

function layoutColumn({ name, kind }: ValueColumn): LayoutColumn {
  return { name, type: kind };
}

function cellsAt(columns: readonly ValueColumn[], row: number): readonly Cell[] {
  return columns.map((column): Cell => {
    const value = column.values[row]!;
    return value === '' || (typeof value === 'number' && !Number.isFinite(value)) ? null : value;
  });
}
