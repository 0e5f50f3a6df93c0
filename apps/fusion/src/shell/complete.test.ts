import { expect, test } from 'vitest';
import { readClassList } from './class-list.js';
import { complete } from './complete.js';

const classes = readClassList(
  '{"CLASSES_RSP":[{"Address":{"city":{"_type":"string","_index":false}}},{"Person":{"_ttl":5,"name":{"_type":"string"},"nation":{"_type":"string"}}}]}',
);

test.each([
  ['', expect.arrayContaining(['FIND', 'CLASSES', '\\help']) as string[], ''],
  ['CR', ['CREATE_CLASSES', 'CREATE_INDEX'], 'CR'],
  ['\\ti', ['\\timing'], '\\ti'],
  ['{"FI', ['FIND'], 'FI'],
  ['{"FIND":{"', expect.arrayContaining(['Address', 'Person', '_limit']) as string[], ''],
  ['FIND {"Pe', ['Person'], 'Pe'],
  ['FIND {"Person":{"na', ['name', 'nation'], 'na'],
  ['FIND {"Person":{"_li', ['_limit'], '_li'],
  ['FIND {"Person":{"ci', [], 'ci'],
  ['{"STORE":{"_class":"A', ['Address'], 'A'],
  ['FIND {"Person":{"age":1', [], '1'],
])('after %j comes what fits', (before, candidates, word) => {
  expect(complete(before, classes)).toEqual([candidates, word]);
});

test('what is no list of classes completes nothing', () => {
  expect(readClassList('{"CLASSES_RSP_ERR":{}}').size).toBe(0);
});
