export { ELEMENT_TYPES, elementCode, inferenceDatatype, type ElementType, type InferenceDatatype } from './element.js';
export {
  attribute,
  graphValue,
  mlNode,
  node,
  tensor,
  type AttributeValue,
  type Dimension,
  type GraphNode,
  type GraphValue,
  type ModelGraph,
  type OperatorDomain,
  type Tensor,
} from './graph.js';
export { encodeModel, OPSETS } from './encode.js';
export { inspectModel, type ModelSummary } from './inspect.js';
export { MODEL_LIMITS } from './limits.js';
export {
  featureBindings,
  featureMetadata,
  packFeatures,
  type FeatureBinding,
  type FeatureColumn,
  type InputTensor,
} from './feature-binding.js';
