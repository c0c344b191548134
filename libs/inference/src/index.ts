export { DATATYPES, elementCount, isDatatype, WIDTHS, type Datatype, type Tensor, type TensorSpec } from './tensor.js';
export { numbersOf, numberTensor, textsOf, textTensor } from './tensor-values.js';
export type { ModelFile, ModelSignature, ModelSource } from './model.js';
export { validateInputs, type RequestLimits } from './validation.js';
export { InferencePool, type InferOptions, type PoolStatistics } from './inference-pool.js';
export type { InferencePoolOptions, PoolEvent } from './pool-options.js';
export type { WorkerExit } from './worker-process.js';
export { featureTensors } from './feature-tensors.js';
