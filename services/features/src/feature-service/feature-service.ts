import { checkExpression, type CheckedExpression, type Columns } from '#libs/expression';
import { Problem } from '#libs/problem';
import type { Entity } from '../entity/entity.js';
import { requireColumnName, requireDistinct, requireName } from '../entity/name.js';
import type { FeatureType, FeatureView } from '../feature-view/feature-view.js';

/** A value that the caller brings. */
export interface RequestColumn {
  readonly name: string;
  readonly type: FeatureType;
  readonly description: string;
}

interface Place {
  /** Unique in the vector. */
  readonly name: string;
  readonly type: FeatureType;
  readonly description: string;
}
/** A place filled from a view. */
export interface ViewFeature extends Place {
  readonly viewId: string;
  /** The view's feature. */
  readonly feature: string;
  /** Request columns that hold the entity's keys, in the entity's order. */
  readonly keys: readonly string[];
}
/** A place computed from the request alone. */
export interface RequestFeature extends Place {
  readonly expression: string;
}
export type ServiceFeature = ViewFeature | RequestFeature;

/** An ordered vector of features that a model reads, offline and online alike. It never changes: another vector is another service. */
export interface FeatureService {
  readonly id: string;
  readonly workspace: string;
  readonly name: string;
  readonly description: string;
  readonly requestColumns: readonly RequestColumn[];
  /** The request column that names a row in logs and routing. */
  readonly rowKey: string;
  readonly features: readonly ServiceFeature[];
  readonly createdAt: Date;
}

export function isViewFeature(feature: ServiceFeature): feature is ViewFeature {
  return 'viewId' in feature;
}

/** Names that rows and training sets have for themselves. */
export const RESERVED_NAMES = ['rid', 'row_key', 'moment', 'moment_ms', 'label', 'label_known_at', 'label_known_ms'] as const;

const MAX_COLUMNS = 200;
const MAX_FEATURES = 500;

/**
 * @param views the views that the features name
 * @param entities those of the views
 * @throws Problem invalid where the definition contradicts itself or the views; not-found `features/feature`
 */
export function checkService(service: FeatureService, views: readonly FeatureView[], entities: readonly Entity[]): void {
  requireName('a feature service', service.name);
  checkRequest(service);
  if (service.features.length < 1 || service.features.length > MAX_FEATURES) {
    throw new Problem('invalid', 'features/feature-count', `a feature service has 1 to ${MAX_FEATURES} features`);
  }
  for (const { name } of service.features) requireColumnName('a feature', name);
  requireDistinct(
    'the feature',
    service.features.map(({ name }) => name),
  );
  requireUnreserved([...service.features, ...service.requestColumns].map(({ name }) => name));
  for (const feature of service.features) {
    if (isViewFeature(feature)) checkBinding(service, feature, views, entities);
    else checkedExpression(service, feature);
  }
}

function requireUnreserved(names: readonly string[]): void {
  const reserved = names.find((name) => (RESERVED_NAMES as readonly string[]).includes(name));
  if (reserved !== undefined)
    throw new Problem('invalid', 'features/reserved-name', `${reserved} is a column of every training set`, { name: reserved });
}

function checkRequest({ requestColumns, rowKey }: FeatureService): void {
  if (requestColumns.length < 1 || requestColumns.length > MAX_COLUMNS) {
    throw new Problem('invalid', 'features/request-columns', `a request has 1 to ${MAX_COLUMNS} columns`);
  }
  for (const { name } of requestColumns) requireColumnName('a request column', name);
  requireDistinct(
    'the request column',
    requestColumns.map(({ name }) => name),
  );
  if (!requestColumns.some(({ name }) => name === rowKey)) {
    throw new Problem('invalid', 'features/row-key', `the row key ${rowKey} is not a request column`, { rowKey });
  }
}

function checkBinding(
  service: FeatureService,
  { viewId, feature, keys, type }: ViewFeature,
  views: readonly FeatureView[],
  entities: readonly Entity[],
): void {
  const view = views.find(({ id }) => id === viewId);
  if (!view) throw new Problem('not-found', 'features/view', `no feature view ${viewId}`, { viewId });
  const defined = view.features.find(({ name }) => name === feature);
  if (!defined)
    throw new Problem('not-found', 'features/feature', `${view.name} has no feature ${feature}`, { view: view.name, feature });
  if (defined.type !== type)
    throw new Problem('invalid', 'features/feature-type', `${feature} of ${view.name} is a ${defined.type}`, { feature });
  const entity = entities.find(({ id }) => id === view.entityId);
  if (entity && entity.keys.length !== keys.length) {
    throw new Problem(
      'invalid',
      'features/keys',
      `${view.name} is about ${entity.name}, which has the keys ${entity.keys.join(', ')}`,
      { keys: entity.keys },
    );
  }
  const missing = keys.find((key) => !service.requestColumns.some(({ name }) => name === key));
  if (missing !== undefined)
    throw new Problem('invalid', 'features/keys', `${missing} is not a request column`, { key: missing });
}

/** @throws Problem invalid `expression/…` */
export function checkedExpression(
  { requestColumns }: Pick<FeatureService, 'requestColumns'>,
  { expression, type }: RequestFeature,
): CheckedExpression {
  const columns: Columns = Object.fromEntries(requestColumns.map((column) => [column.name, column.type]));
  return checkExpression(expression, columns, type);
}
