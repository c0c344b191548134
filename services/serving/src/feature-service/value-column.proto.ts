import type { Column } from '#contracts/platform/v1/object';
import { Problem } from '#libs/problem';
import type { ValueColumn } from './feature-service.js';

/** @throws Problem unavailable where the answer carries no values: the peer speaks another release's language */
export function columnFromProto({ name, values }: Column): ValueColumn {
  switch (values?.$case) {
    case 'numbers':
      return { name, kind: 'number', values: values.value.values };
    case 'texts':
      return { name, kind: 'text', values: values.value.values };
    case undefined:
      throw new Problem('unavailable', 'serving/features-answer', `the features service answered '${name}' without values`, {
        name,
      });
  }
}

export function columnToProto(column: ValueColumn): Column {
  return column.kind === 'number'
    ? { name: column.name, values: { $case: 'numbers', value: { values: [...column.values] } } }
    : { name: column.name, values: { $case: 'texts', value: { values: [...column.values] } } };
}
