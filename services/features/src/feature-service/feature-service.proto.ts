import type * as pb from '#contracts/features/v1/features';
import { ValueType } from '#contracts/platform/v1/object';
import type { FeatureType } from '../feature-view/feature-view.js';
import { isViewFeature, type FeatureService } from './feature-service.js';

const VALUE_TYPES: Readonly<Record<FeatureType, ValueType>> = {
  number: ValueType.VALUE_TYPE_NUMBER,
  text: ValueType.VALUE_TYPE_TEXT,
};

export function serviceToProto({ id, name, requestColumns, features, rowKey }: FeatureService): pb.FeatureService {
  return {
    id,
    name,
    rowKey,
    requestColumns: requestColumns.map((column) => ({ name: column.name, type: VALUE_TYPES[column.type] })),
    features: features.map((feature) => ({
      name: feature.name,
      type: VALUE_TYPES[feature.type],
      description: feature.description,
      featureViewId: isViewFeature(feature) ? feature.viewId : '',
    })),
  };
}
