import type { CheckedExpression } from '#libs/expression';
import { readingOffsetsMs, type FeatureDefinition, type FeatureType, type FeatureView } from '../feature-view/feature-view.js';
import { checkedExpression, isViewFeature, type FeatureService, type RequestColumn } from './feature-service.js';

/** A view as one service reads it: by these request columns. The same view by other columns (origin, destination) is another binding. */
export interface Binding {
  readonly view: FeatureView;
  readonly keys: readonly string[];
  readonly offsetsMs: readonly number[];
}

/** Where a value of the vector comes from. */
export type VectorPlace = { readonly name: string; readonly type: FeatureType } & (
  | { readonly from: 'view'; readonly binding: number; readonly feature: FeatureDefinition }
  | { readonly from: 'request'; readonly expression: CheckedExpression }
);

/** What both engines, offline and online, need to answer a service's vectors. */
export interface VectorPlan {
  readonly requestColumns: readonly RequestColumn[];
  readonly rowKey: string;
  readonly bindings: readonly Binding[];
  readonly places: readonly VectorPlace[];
}

/** @param views every view that the service names */
export function planVector(service: FeatureService, views: readonly FeatureView[]): VectorPlan {
  const bindings: Binding[] = [];
  const bind = (viewId: string, keys: readonly string[]): number => {
    const known = bindings.findIndex(({ view, keys: bound }) => view.id === viewId && bound.join() === keys.join());
    if (known >= 0) return known;
    const view = views.find(({ id }) => id === viewId)!;
    return bindings.push({ view, keys, offsetsMs: readingOffsetsMs(view) }) - 1;
  };
  const places = service.features.map((feature): VectorPlace => {
    const { name, type } = feature;
    if (!isViewFeature(feature)) return { name, type, from: 'request', expression: checkedExpression(service, feature) };
    const binding = bind(feature.viewId, feature.keys);
    const defined = (bindings[binding]!.view.features as readonly FeatureDefinition[]).find(
      (one) => one.name === feature.feature,
    )!;
    return { name, type, from: 'view', binding, feature: defined };
  });
  return { requestColumns: service.requestColumns, rowKey: service.rowKey, bindings, places };
}
