import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChangeCounters } from './change-counters.js';
import { SharedBuffers } from './shared-buffers.js';
import { SlotTable } from './slot-table.js';

const entriesMax = 100_000;

const makeTable = (): SlotTable =>
  new SlotTable(new SharedBuffers(new ChangeCounters()), 'entries of a test', entriesMax, 3);

/** What a table says of all hashes. */
class Reference {
  readonly table = makeTable();
  readonly #entries = new Map<number, number[]>();
  #next = 0;

  add(hash: number): void {
    const entry = ++this.#next;
    const slot = this.table.add(hash, entry);
    this.table.memory.view[slot + 2] = -entry;
    const entries = this.#entries.get(hash);
    if (entries) entries.push(entry);
    else this.#entries.set(hash, [entry]);
  }

  /** Takes out one of those with a hash, if there is any. */
  remove(hash: number): void {
    const slot = this.table.find(hash);
    expect(slot > 0).toBe(this.#entries.has(hash));
    if (slot === 0) return;
    const left = (this.#entries.get(hash) ?? []).filter((entry) => entry !== this.table.memory.view[slot]);
    if (left.length > 0) this.#entries.set(hash, left);
    else this.#entries.delete(hash);
    this.table.remove(slot);
  }

  compare(): void {
    let size = 0;
    for (const [hash, entries] of this.#entries) {
      const found: number[] = [];
      const { view } = this.table.memory;
      for (let slot = this.table.find(hash); slot !== 0; slot = this.table.findAfter(slot, hash)) {
        found.push(view[slot] as number);
        expect(view[slot + 2]).toBe(-(view[slot] as number));
      }
      expect(found.sort((a, b) => a - b)).toEqual(entries);
      size += entries.length;
    }
    expect(this.table.size).toBe(size);
  }
}

/** Hashes that are all over, near each other, the same again and again, or differ in high bits only. */
const hashes = fc.constantFrom(
  (n: number) => Math.imul(n, 0x9e3779b1),
  (n: number) => n,
  (n: number) => n % 97,
  (n: number) => n << 22,
);
const phase = fc.record({
  hash: hashes,
  from: fc.nat(2000),
  count: fc.integer({ min: 1, max: 700 }),
  kind: fc.constantFrom('add', 'add', 'remove', 'grow'),
});

test('every entry is found by its hash, whatever was added and removed, also while the table grows', () => {
  fc.assert(
    fc.property(fc.array(phase, { minLength: 1, maxLength: 10 }), (phases) => {
      const reference = new Reference();
      for (const { hash, from, count, kind } of phases) {
        if (kind === 'grow') {
          reference.table.reserve(count);
          const steps = reference.table.grow(count);
          while (steps.next().done !== true) reference.compare();
        } else for (let n = from; n < from + count; n++) reference[kind](hash(n));
        reference.compare();
      }
    }),
    propertyRuns(30),
  );
});

test('an entry moves few others, however many there are', () => {
  const table = makeTable();
  let [movedMost, before] = [0, table.memory.view];
  for (let n = 1; n <= 30_000; n++) {
    // Where memory has grown, the old view still shows the same words. Every eighth entry moves others.
    const words = n % 40 === 1 ? before.slice() : undefined;
    table.add(Math.imul(n, 0x9e3779b1), n);
    if (words) movedMost = Math.max(movedMost, words.filter((word, at) => word !== before[at]).length);
    before = table.memory.view;
  }
  expect(movedMost).toBeGreaterThan(10);
  expect(movedMost).toBeLessThan(500);
});

test('after clear there are no entries, and there is room for as many as before', () => {
  const table = makeTable();
  for (let n = 1; n <= 750; n++) table.add(n, n);
  const { length } = table.memory.view;
  table.clear();
  expect([table.size, table.find(7)]).toEqual([0, 0]);
  for (let n = 1; n <= 750; n++) table.add(n << 20, n);
  expect(table.size).toBe(750);
  expect(table.memory.view).toHaveLength(length);
});
