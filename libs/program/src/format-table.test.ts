import { expect, test } from 'vitest';
import { formatTable } from './format-table.js';

test('columns are as wide as their widest text, and lines end where their text does', () => {
  expect(
    formatTable([
      ['a', 'b'],
      ['long', 'x', ''],
      ['', 'y'],
    ]),
  ).toEqual(['a     b', 'long  x', '      y']);
  expect(formatTable([])).toEqual([]);
});
