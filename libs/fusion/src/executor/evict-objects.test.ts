import { beforeEach, describe, expect, test } from 'vitest';
import { TestEngine } from '../testing/test-engine.js';

const memoryBytesMax = 4 * 2 ** 20;
const body = 'x'.repeat(1000);
let engine: TestEngine;

beforeEach(() => {
  engine = new TestEngine({ memoryBytesMax, whenFull: 'evict-lru' });
  engine.ask({
    CREATE_CLASSES: {
      Note: { n: { _type: 'int', _index: true }, body: 'string' },
      Shelf: { notes: 'Note[]', best: 'Note' },
    },
  });
});

interface Stats {
  readonly evicted: number;
}

const evicted = (): number => (engine.run({ STATS: {} }) as Stats).evicted;
const count = (className = 'Note', terms: object = {}): number =>
  (engine.run({ COUNT: { [className]: terms } }) as Record<string, { _cnt: number }>)[className]!._cnt;

/** Stores one note after the other, each in its own time; gives their OIDs. */
function storeNotes(from: number, end: number): string[] {
  return Array.from({ length: end - from }, (_, i) => {
    engine.clock.advance(16);
    const [stored] = engine.run({ STORE: { _class: 'Note', _objects: [{ n: from + i, body }] } }) as [
      { Note: { _oid: string } },
    ];
    return stored.Note._oid;
  });
}

/** Stores notes until the first is taken out; gives the OIDs of all that were stored. */
function fill(): string[] {
  const oids: string[] = [];
  while (evicted() === 0) oids.push(...storeNotes(oids.length, oids.length + 10));
  return oids;
}

const countLeft = (oids: readonly string[]): number =>
  (engine.run({ GET: { Note: { _oids: oids } } }) as { _objects: object[] })._objects.length;

describe('when memory is full', () => {
  test('objects make room for new ones one by one, and are counted', () => {
    const stored = fill().length;
    expect(stored).toBeGreaterThan(1000);
    storeNotes(stored, stored + 500);
    expect(count() + evicted()).toBe(stored + 500);
    expect(evicted()).toBeLessThan(550);
    const keys = engine.run({ INDEXES: {} }) as [{ Note: { n: { _keys: number } } }];
    expect(keys[0].Note.n._keys).toBe(count());
  });

  test('those go that were not used for long', () => {
    const oids = fill();
    const [old, young] = [oids.slice(20, 520), oids.slice(-500)];
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < old.length; i += 10) engine.ask({ GET: { Note: { _oids: old.slice(i, i + 10) } } });
      storeNotes(0, 50);
    }
    expect(countLeft(old)).toBeGreaterThan(490);
    expect(countLeft(young)).toBeGreaterThan(400);
    expect(evicted()).toBeGreaterThan(900);
  });

  test('what a search shows has been used; what it only looks at, counts or lists has not', () => {
    const oids = fill();
    const shown = oids.slice(20, 220);
    const counted = oids.slice(220, 620);
    for (let round = 0; round < 16; round++) {
      engine.ask({ FIND: { Note: { n: { '>=': 20, '<': 220 } } } });
      engine.ask({ COUNT: { Note: { n: { '>=': 220, '<': 620 } } } });
      engine.ask({ OIDS: { _class: 'Note' } });
      storeNotes(0, 50);
    }
    expect(countLeft(shown)).toBeGreaterThan(190);
    expect(countLeft(counted)).toBeLessThan(250);
  });

  test('what linked to an object that had to go no longer does', () => {
    const [first] = storeNotes(0, 1);
    const shelf = { notes: [{ _oid: first }, { n: -1 }], best: { _oid: first } };
    engine.ask({ STORE: { _class: 'Shelf', _objects: [shelf] } });
    const oids = fill();
    // A GET would be a use.
    const isThere = (): boolean => count('Note', { n: 0 }) > 0;
    while (isThere()) storeNotes(1, 51);
    const [found] = engine.run({ FIND: { Shelf: {} } }) as [{ Shelf: { notes: object[] } }];
    expect(found.Shelf.notes.length).toBeLessThan(2);
    expect(found.Shelf).not.toHaveProperty('best');
    expect(oids.length).toBeGreaterThan(0);
  });

  test('what a write needs stays', () => {
    fill();
    const [oldest] = engine.run({ FIND: { Note: { _sort: 'n', _limit: 1, _select: ['n'] } } }) as {
      Note: { _oid: string; n: number };
    }[];
    const { _oid, n } = oldest!.Note;
    storeNotes(0, 1);
    engine.clock.advance(1_000_000);
    engine.ask({
      STORE: { _class: 'Shelf', _objects: [{ best: { _oid }, notes: Array.from({ length: 100 }, () => ({ body })) }] },
    });
    expect(engine.run({ FIND: { Shelf: { _select: ['best'] } } })).toMatchObject([
      { Shelf: { best: { Note: { n } } } },
    ]);
    expect(engine.run({ UPDATE: { Note: { _oids: [_oid], body: 'y'.repeat(20_000) } } })).toEqual({
      Note: { _cnt: 1 },
    });
    expect(countLeft([_oid])).toBe(1);
  });

  test('a class that comes late has room of its own', () => {
    fill();
    const before = count();
    const shelves = Array.from({ length: 200 }, () => ({ notes: [] }));
    engine.ask({ STORE: { _class: 'Shelf', _objects: shelves } });
    expect([count('Shelf'), count()]).toEqual([200, before]);
    expect(engine.codeOf({ CREATE_CLASSES: { Late: { a: 'string', b: 'string' } } })).toBe(5001);
  });

  test.each([
    ['a long text', [{ body: 'x'.repeat(memoryBytesMax) }]],
    ['many objects', Array.from({ length: 4000 }, () => ({ body }))],
  ])('a write that could never fit is refused, and nothing makes room for it: %s', (_, objects) => {
    fill();
    const [before, already] = [count(), evicted()];
    expect(engine.codeOf({ STORE: { _class: 'Note', _objects: objects } })).toBe(5001);
    expect(engine.codeOf({ UPDATE: { Note: { body: 'y'.repeat(5000) } } })).toBe(5001);
    expect([count(), evicted()]).toEqual([before, already]);
  });

  test('a long STORE makes room, too', () => {
    fill();
    const objects = Array.from({ length: 200 }, () => ({ body }));
    expect(engine.run({ STORE: { _class: 'Note', _objects: objects } })).toHaveLength(200);
    expect(evicted()).toBeGreaterThan(190);
  });
});

test('texts of all lengths take turns in the same memory', () => {
  const lengths = [10, 5000, 100, 20_000, 1, 700];
  const seen: number[] = [];
  for (let i = 0; i < 3000; i++) {
    engine.clock.advance(16);
    engine.ask({ STORE: { _class: 'Note', _objects: [{ n: i, body: 'z'.repeat(lengths[i % 6]!) }] } });
    if (i >= 1000) seen.push(count());
  }
  // The average text has 4300 bytes.
  expect(Math.min(...seen)).toBeGreaterThan(250);
});
