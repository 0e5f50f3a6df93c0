import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { topicBytes, topicKey, TopicTable } from './socket-topics.js';

const topic = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 4 });
const subscriber = fc.nat(3);

test('a topic table finds whom a search through all wishes finds, and tells first and last', () => {
  const change = fc.tuple(fc.boolean(), topic, subscriber);
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), topic, (changes, wanted) => {
      const table = new TopicTable<number>();
      const wishes = new Set<string>();
      const countOf = (prefix: string) => [...wishes].filter((wish) => wish.startsWith(`${prefix}|`)).length;
      for (const [add, prefix, who] of changes) {
        const before = countOf(prefix);
        if (add) wishes.add(`${prefix}|${who}`);
        else wishes.delete(`${prefix}|${who}`);
        const after = countOf(prefix);
        if (add) expect(table.add(prefix, who)).toBe(before === 0);
        else expect(table.delete(prefix, who)).toBe(before === 1 && after === 0);
      }
      const expected = [...wishes]
        .map((wish) => wish.split('|') as [string, string])
        .filter(([prefix]) => wanted.startsWith(prefix))
        .map(([, who]) => Number(who));
      expect(new Set(table.find(wanted))).toEqual(new Set(expected));
    }),
    propertyRuns(500),
  );
});

test('every byte of a topic survives as a key', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  expect(Uint8Array.from(topicBytes(topicKey(bytes)))).toEqual(bytes);
  expect(topicKey('é')).toBe(topicKey(Buffer.from('é')));
});
