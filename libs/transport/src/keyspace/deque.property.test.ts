import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Deque } from './deque.js';

type Step = { readonly do: 'pushLeft' | 'pushRight'; readonly value: number } | { readonly do: 'popLeft' | 'popRight' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('pushLeft' as const, 'pushRight' as const), value: fc.nat(3) }),
  fc.record({ do: fc.constantFrom('popLeft' as const, 'popRight' as const) }),
);

test('a deque does what an array does', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.nat(3), fc.integer({ min: 1, max: 5 }), (steps, victim, max) => {
      const deque = new Deque<number>();
      const array: number[] = [];
      for (const step of steps) {
        if (step.do === 'pushLeft') void (deque.pushLeft(step.value), array.unshift(step.value));
        else if (step.do === 'pushRight') void (deque.pushRight(step.value), array.push(step.value));
        else if (step.do === 'popLeft') expect(deque.popLeft()).toBe(array.shift());
        else expect(deque.popRight()).toBe(array.pop());
        expect(deque.size).toBe(array.length);
      }
      expect(deque.slice(0, deque.size)).toEqual(array);
      expect(array.map((_, i) => deque.at(i))).toEqual(array);
      expect([deque.at(-1), deque.at(array.length)]).toEqual([undefined, undefined]);

      for (const from of ['left', 'right'] as const) {
        const removed = deque.remove((value) => value === victim, max, from);
        for (let i = 0; i < removed.length; i++) {
          const at = from === 'left' ? array.indexOf(victim) : array.lastIndexOf(victim);
          array.splice(at, 1);
        }
        expect(removed.length === max || !array.includes(victim)).toBe(true);
        expect(deque.slice(0, deque.size)).toEqual(array);
      }
    }),
    propertyRuns(200),
  );
});
