import { TestEngine } from './test-engine.js';

/** An engine with four people, of whom no two have the same members, and their OIDs. */
export function enginePeople(): { readonly engine: TestEngine; readonly oids: readonly string[] } {
  const engine = new TestEngine();
  engine.run({
    CREATE_CLASSES: {
      Address: { city: { _type: 'string', _index: true }, zip: 'uint' },
      Person: {
        name: { _type: 'string', _index: true },
        age: 'int',
        member: 'bool',
        height: 'decimal',
        tags: { _type: 'string[]', _index: true },
        home: 'Address',
        all: 'Address[]',
      },
    },
  });
  const stored = engine.run({
    STORE: {
      _class: 'Person',
      _objects: [
        { name: 'Ada', age: 36, member: true, height: 1.7, tags: ['math', 'verse'], home: { city: 'London', zip: 1 } },
        { name: 'Bob', age: 17, member: false, tags: [], home: { city: 'Paris', zip: 2 } },
        {
          name: 'Cyd',
          age: 36,
          tags: ['dance'],
          all: [
            { city: 'Paris', zip: 9 },
            { city: 'Rome', zip: 2 },
          ],
        },
        { name: 'Dan' },
      ],
    },
  }) as { Person: { _oid: string } }[];
  return { engine, oids: stored.map(({ Person }) => Person._oid) };
}
