import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openEnvelope, type Envelope } from './envelope.js';
import { FxpBadItemError } from '../errors.js';
import { cutIntoParts, PartAssembly } from './parts.js';

const part = (index: number, count: number, payload: string): Envelope => ({
  kind: 'part',
  seq: 1,
  index,
  count,
  payload: Buffer.from(payload),
});

describe('parts', () => {
  test('make the item again, in any order and some of them twice', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 60 }),
        fc.infiniteStream(fc.nat()),
        (payload, partBytesMax, chances) => {
          const parts = [...cutIntoParts(payload, 7, partBytesMax)].map((bytes) => openEnvelope(bytes, 'K'));
          expect(parts.every(({ payload }) => payload.length <= partBytesMax)).toBe(true);
          const chance = (): number => (chances.next() as { value: number }).value;
          const inAnyOrder = parts
            .flatMap((part) => (chance() % 3 === 0 ? [part, part] : [part]))
            .map((part) => ({ part, at: chance() }))
            .sort((a, b) => a.at - b.at);
          const assembly = new PartAssembly('K', inAnyOrder[0]!.part);
          const wholes = inAnyOrder.flatMap(({ part }) => assembly.add(part) ?? []);
          expect(wholes).toHaveLength(1);
          expect(Buffer.from(wholes[0]!).equals(Buffer.from(payload))).toBe(true);
        },
      ),
      propertyRuns(300),
    );
  });

  test('that cannot be of one item are refused', () => {
    const assembly = new PartAssembly('K', part(1, 3, 'ab'));
    assembly.add(part(1, 3, 'ab'));
    expect(() => assembly.add(part(2, 4, 'cd'))).toThrow(FxpBadItemError);
    expect(() => assembly.add(part(2, 3, 'c'))).toThrow('has 1 bytes as part 2, and others have 2');
    expect(() => assembly.add(part(3, 3, 'efg'))).toThrow('has 3 bytes as last part');
    expect(() => new PartAssembly('K', part(1, 1e12, ''))).toThrow('more than can be');
    expect(() => new PartAssembly('K', part(1, 2, '')).add(part(1, 2, ''))).toThrow('2 parts of 0 bytes');
  });
});
