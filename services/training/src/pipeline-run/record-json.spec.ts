import fc from 'fast-check';
import { fromJson, toJson } from './record-json.js';

const leaf = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.bigInt(),
  fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2200-01-01') }),
);
const record = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), tie('value'), { maxKeys: 4 }),
  ),
})).value;

it('a record comes back from its JSON as it was, dates and great numbers included', () => {
  fc.assert(fc.property(record, (value) => expect(fromJson(JSON.parse(JSON.stringify(toJson(value))))).toEqual(value)));
});
