import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeptBytes, Place } from './kept-bytes.js';

/** Of one piece of memory. */
const slab = 256 * 1024;
const size = fc.oneof(
  fc.integer({ min: 0, max: 300 }),
  fc.integer({ min: 70_000, max: 180_000 }),
  fc.constantFrom(slab - 1, slab, slab + 1),
);

test('whatever is kept reads as it was until it is given up, and memory is used again', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ size, givesUp: fc.nat(3) }), { maxLength: 40 }), (steps) => {
      const kept = new KeptBytes();
      const places: { place: Place; bytes: Uint8Array }[] = [];
      const spare: Place[] = [];
      for (const [i, { size: length, givesUp }] of steps.entries()) {
        const bytes = new Uint8Array(length).fill(i + 1);
        const place = spare.pop() ?? new Place();
        kept.keep(bytes, place);
        places.push({ place, bytes });
        for (const { place: former } of places.splice(0, givesUp)) {
          kept.giveUp(former);
          expect(kept.read(former)).toBeUndefined();
          spare.push(former);
        }
        expect(kept.size).toBe(places.reduce((sum, { bytes: wanted }) => sum + wanted.length, 0));
        for (const { place: wanted, bytes: expected } of places)
          expect(Buffer.compare(kept.read(wanted) ?? Buffer.alloc(0), expected)).toBe(0);
      }
      const slabs = new Set([...places.map(({ place }) => place.slab), ...spare.map(({ slab }) => slab)]);
      expect(slabs.size).toBeLessThanOrEqual(places.length + 1);
    }),
    { numRuns: 60 },
  );
});

test('a thousand frames, ten at a time, lie in two pieces of memory', () => {
  const kept = new KeptBytes();
  const places = Array.from({ length: 10 }, () => new Place());
  const pieces = new Set<unknown>();
  for (let i = 0; i < 1000; i++) {
    const place = places[i % places.length] ?? new Place();
    kept.giveUp(place);
    kept.keep(Buffer.alloc(12 * 1024, i), place);
    pieces.add(place.slab?.bytes);
  }
  expect(pieces.size).toBe(2);
  expect(kept.read(places[9] ?? new Place())?.[0]).toBe(999 % 256);
});
