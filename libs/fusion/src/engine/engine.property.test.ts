import { scaledTimeoutMs } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareSequences, Comparison } from '../testing/comparison.js';

test(
  'engine and reference model answer every sequence of queries alike, with indexes',
  { timeout: scaledTimeoutMs(300_000) },
  () => compareSequences(fc.boolean(), 2500),
);

test('the comparison notices an engine that answers differently', () => {
  const comparison = new Comparison(new Map());
  comparison.ask({ CREATE_CLASSES: { Item: { size: 'int' } } });
  comparison.engine.run({ STORE: { _class: 'Item', _objects: [{ size: 1 }] } });
  expect(() => comparison.ask({ COUNT: { Item: {} } })).toThrow();
});
