import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { LimitError, seededPrng } from '@syncytium/kit';
import { expect, onTestFinished, test } from 'vitest';
import { ClassDefinition, type LinkMember, type ScalarMember } from '../schema/class-definition.js';
import { bufferOf } from './memory/shared-memory.js';
import { rowsPassing } from '../testing/rows-passing.js';
import { Store } from './store.js';

const text: ScalarMember = {
  kind: 'scalar',
  name: 'text',
  position: 0,
  isArray: false,
  type: 'string',
  isIndexed: true,
};
const item = new ClassDefinition('Item', [text]);
const items: LinkMember = { kind: 'link', name: 'items', position: 0, isArray: true, target: item };
const box = new ClassDefinition('Box', [items]);

/**
 * A thread that sees the buffers and nothing else. The sources are TypeScript, which a worker cannot load, so it tells
 * what the words of every buffer add up to, through views made anew.
 */
const summing = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', ({ tables }) => {
    const buffers = tables.flatMap(({ buffers, indexes }) => [...buffers, ...[...indexes.values()].flat()]);
    parentPort.postMessage(buffers.map((shared) => {
      const isGrowing = shared instanceof SharedArrayBuffer;
      const words = isGrowing ? new Int32Array(shared) : new Int32Array(shared.memory.buffer, 0, new Int32Array(shared.length)[0] / 4);
      return words.reduce((sum, word) => (sum + word) | 0, 0);
    }));
  });
`;

test('another thread sees all that is written, also in what has grown since it attached', async () => {
  const worker = new Worker(summing, { eval: true });
  onTestFinished(async () => {
    await worker.terminate();
  });
  const sumsThere = async (): Promise<unknown> => {
    const answer = once(worker, 'message');
    worker.postMessage(store.layout());
    const [sums] = (await answer) as [unknown];
    return sums;
  };
  const sumsHere = (): readonly number[] => {
    const buffers = store.layout().tables.flatMap((one) => [...one.buffers, ...[...one.indexes.values()].flat()]);
    return buffers.map((memory) => new Int32Array(bufferOf(memory)).reduce((sum, word) => (sum + word) | 0, 0));
  };
  const store = new Store({ prng: seededPrng(1) });
  store.createClasses([item, box]);
  const empty = await sumsThere();
  const table = store.table(item);
  for (let i = 0; i < 20_000; i++) table.set(table.insert(store.makeOid()), text, `text ${i}`);
  const boxRow = store.table(box).insert(store.makeOid());
  store.table(box).set(boxRow, items, [7, 8, 7]);
  expect(await sumsThere()).toEqual(sumsHere());
  expect(await sumsThere()).not.toEqual(empty);
});

test('a store that attached reads, refreshes, and can go on writing when the first has stopped', () => {
  const first = new Store({ prng: seededPrng(1) });
  first.createClasses([item, box]);
  const second = Store.attach(first.layout(), seededPrng(2));
  const [itemThere] = second.catalogue;
  const rows = 50_000;
  for (let i = 0; i < rows; i++) {
    const row = first.table(item).insert(first.makeOid());
    first.table(item).set(row, text, `text ${i % 1000}`);
  }
  second.refresh();
  const table = second.table(itemThere!);
  const test = table.compile(text, [{ operator: '==', value: 'text 7' }]);
  const passing = rowsPassing(table, test);
  expect(passing).toHaveLength(rows / 1000);
  expect(passing.slice(0, 2)).toEqual([7, 1007]);
  table.remove(7);
  const again = table.insert(second.makeOid());
  expect(again).toBe(7);
  table.set(again, text, 'new');
  first.refresh();
  const index = first.table(item).indexOf(text)!;
  expect(index.rowsAt(index.seek('new'))).toEqual([7]);
  expect(first.size).toBe(rows);
});

test('whoever attached is told when classes or indexes come or go', () => {
  const first = new Store({ prng: seededPrng(1) });
  first.createClass(item);
  const second = Store.attach(first.layout(), seededPrng(2));
  expect([first.isOutdated, second.isOutdated]).toEqual([false, false]);
  first.table(item).dropIndex(text);
  expect([first.isOutdated, second.isOutdated]).toEqual([false, true]);
  const third = Store.attach(first.layout(), seededPrng(3));
  expect(third.table([...third.catalogue][0]!).indexOf(text)).toBeUndefined();
  first.clear();
  expect(third.isOutdated).toBe(true);
  expect(Store.attach(first.layout(), seededPrng(3)).catalogue.size).toBe(0);
});

test('more texts than a column may have are refused by name', () => {
  const store = new Store({ prng: seededPrng(1), heapWordsMax: 2000 });
  store.createClass(item);
  const table = store.table(item);
  const row = table.insert(store.makeOid());
  expect(() => table.set(row, text, 'x'.repeat(8000))).toThrow(new LimitError('texts of Item.text', 8000, 'bytes'));
});

test('more objects than a class may have are refused by name', () => {
  const store = new Store({ prng: seededPrng(1), rowsMax: 64 });
  store.createClass(item);
  const table = store.table(item);
  for (let i = 0; i < 64; i++) table.insert(store.makeOid());
  expect(() => table.reserve(1, new Map())).toThrow(/objects of Item is limited to/);
});

test('classes beyond the buffers a process may have are refused, all of them', () => {
  const store = new Store({ prng: seededPrng(1), rowsMax: 64, heapWordsMax: 1000 });
  const members = Array.from({ length: 1000 }, (_, position) => ({ ...text, name: `m${position}`, position }));
  const wide = Array.from({ length: 4 }, (_, i) => new ClassDefinition(`Wide${i}`, members));
  expect(() => store.createClasses(wide)).toThrow('the store is limited to 16384 shared buffers');
  expect([store.catalogue.size, [...store.tables()].length]).toEqual([0, 0]);
});
