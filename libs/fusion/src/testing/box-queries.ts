import type { Store } from '../store/store.js';
import type { Ask } from './mortal-store.js';

/** How long items live. */
export const itemTtlMs = 100;

/** Classes with values and links of all kinds; objects of one expire. */
export const createBoxes = {
  query: (): object => ({
    CREATE_CLASSES: {
      Item: {
        _ttl: itemTtlMs,
        n: 'int',
        s: { _type: 'string', _index: true },
        tags: { _type: 'string[]', _index: true },
        b: 'bool',
        us: 'uint[]',
      },
      Box: { n: { _type: 'int', _index: true }, one: 'Item', many: 'Item[]' },
      Room: { n: 'int', boxes: 'Box[]' },
    },
  }),
};

export const item = (n: number): object => ({
  n,
  s: `text ${n % 4}`,
  ...(n % 2 === 0 && { tags: [`tag ${n % 3}`, 'common', 'common'] }),
  b: n % 3 === 0,
  us: [n, 2 ** 40 + n],
});

/** A STORE of so many. */
export const items = (from: number, count: number): object => ({
  STORE: { _class: 'Item', _objects: Array.from({ length: count }, (_, i) => item(from + i)) },
});

export const oidsOf = (store: Store, className: string): string[] => {
  const definition = store.catalogue.find(className)!;
  const table = store.table(definition);
  return Array.from(table.rows(), (row) => table.oidOf(row));
};

/** A STORE of rooms with boxes, which link to the first three items and to new ones. */
export const boxes = (store: Store): object => {
  const [first, second, third] = oidsOf(store, 'Item').map((_oid) => ({ _oid }));
  return {
    STORE: {
      _class: 'Room',
      _objects: [
        {
          n: 1,
          boxes: [
            { n: 10, one: first, many: [first, second, first, third, item(50)] },
            { n: 11, many: [] },
          ],
        },
        { n: 9223372036854775000, boxes: [{ n: 12, one: item(51), many: [second, first, second] }, { n: 10 }] },
      ],
    },
  };
};

/** The same whatever is in the store. */
export const plain = (query: object): Ask => ({ query: () => query });

/** An UPDATE of the links of all boxes. */
export const newLinks = (store: Store): object => {
  const [, second, third] = oidsOf(store, 'Item').map((_oid) => ({ _oid }));
  return { UPDATE: { Box: { one: item(60), many: [third, item(61), second] } } };
};
