import { Injectable } from '@nestjs/common';
import type { Viewer } from '#libs/identity';
import { isId, newId } from '#libs/ids';
import { Problem } from '#libs/problem';
import type { Entity } from '../entity/entity.js';
import { EntityService } from '../entity/entity.service.js';
import type { FeatureDefinition, FeatureView } from '../feature-view/feature-view.js';
import { FeatureViewService } from '../feature-view/feature-view.service.js';
import {
  checkService,
  type FeatureService,
  type RequestColumn,
  type RequestFeature,
  type ServiceFeature,
  type ViewFeature,
} from './feature-service.js';
import { FeatureServiceRepository } from './feature-service.repository.js';
import { planVector, type VectorPlan } from './vector-plan.js';

/** A feature as a client asks for it: what is left out follows from the view. */
export type FeatureDraft = RequestFeature | (Omit<ViewFeature, 'keys' | 'type'> & { readonly keys: readonly string[] | null });

export interface FeatureServiceDraft {
  readonly name: string;
  readonly description: string;
  readonly requestColumns: readonly RequestColumn[];
  readonly rowKey: string;
  readonly features: readonly FeatureDraft[];
  readonly idempotencyKey: string | null;
}

/** A service with what is needed to answer its vectors. */
export interface PlannedService {
  readonly service: FeatureService;
  readonly plan: VectorPlan;
}

const PLANS_KEPT = 1_000;

@Injectable()
export class FeatureServiceService {
  /** Services and views never change, so a plan stays true for good. */
  private readonly plans = new Map<string, PlannedService>();

  constructor(
    private readonly services: FeatureServiceRepository,
    private readonly views: FeatureViewService,
    private readonly entities: EntityService,
  ) {}

  async create({ idempotencyKey, features, ...draft }: FeatureServiceDraft, viewer: Viewer): Promise<FeatureService> {
    const { workspace } = viewer;
    const views = await this.viewsOf(workspace, features);
    const entities = await this.entities.findAll(workspace, [...new Set(views.map(({ entityId }) => entityId))]);
    const completed = features.map((feature) => complete(feature, views, entities));
    const service: FeatureService = {
      ...draft,
      features: completed,
      id: newId('featureService'),
      workspace,
      createdAt: new Date(),
    };
    checkService(service, views, entities);
    return this.services.create(service, viewer, idempotencyKey);
  }

  /** @throws Problem not-found */
  async get(workspace: string, idOrName: string): Promise<FeatureService> {
    const service = await this.services.find(workspace, isId('featureService', idOrName) ? { id: idOrName } : { name: idOrName });
    if (!service)
      throw new Problem('not-found', 'features/service', `no feature service ${idOrName}`, { featureService: idOrName });
    return service;
  }

  find(workspace: string, name: string): Promise<FeatureService | null> {
    return this.services.find(workspace, { name });
  }

  /** @throws Problem not-found */
  async planned(workspace: string, idOrName: string): Promise<PlannedService> {
    const cacheKey = `${workspace}/${idOrName}`;
    const known = this.plans.get(cacheKey);
    if (known) return known;
    const service = await this.get(workspace, idOrName);
    const planned = { service, plan: planVector(service, await this.viewsOf(workspace, service.features)) };
    if (this.plans.size >= PLANS_KEPT) this.plans.delete(this.plans.keys().next().value!);
    this.plans.set(cacheKey, planned);
    return planned;
  }

  private viewsOf(
    workspace: string,
    features: readonly (RequestFeature | Pick<ViewFeature, 'viewId'>)[],
  ): Promise<readonly FeatureView[]> {
    const ids = features.flatMap((feature) => ('viewId' in feature ? [feature.viewId] : []));
    return this.views.findAll(workspace, [...new Set(ids)]);
  }
}

/** Keys are the entity's own names where none are given; type and words are the view's. */
function complete(feature: FeatureDraft, views: readonly FeatureView[], entities: readonly Entity[]): ServiceFeature {
  if ('expression' in feature) return feature;
  const view = views.find(({ id }) => id === feature.viewId);
  const defined = (view?.features as readonly FeatureDefinition[] | undefined)?.find(({ name }) => name === feature.feature);
  const keys = feature.keys ?? entities.find(({ id }) => id === view?.entityId)?.keys ?? [];
  return { ...feature, keys, type: defined?.type ?? 'number', description: feature.description || (defined?.description ?? '') };
}
