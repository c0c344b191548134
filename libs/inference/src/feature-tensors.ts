import { inferenceDatatype, type InputTensor } from '#libs/onnx-model';
import { numberTensor, textTensor } from './tensor-values.js';
import type { Tensor } from './tensor.js';

function tensorOf({ name, type, shape, values }: InputTensor): Tensor {
  const datatype = inferenceDatatype(type);
  if (datatype === 'BYTES') return textTensor(name, values as readonly string[], shape);
  return numberTensor(name, datatype, values as readonly number[], shape);
}

/** What `packFeatures` of #libs/onnx-model packed, as the tensors a pool runs. */
export function featureTensors(inputs: readonly InputTensor[]): readonly Tensor[] {
  return inputs.map(tensorOf);
}
