import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IdempotencyTable } from './idempotency-table.js';

const options = { answersMax: 4, weightMax: 20, answersKeptMs: 100 };

interface Answered {
  readonly id: string;
  readonly weight: number;
  readonly at: number;
}

/** What is still known of a history of answers: its longest end that fits, without what is too old. */
function known(history: readonly Answered[], now: number): readonly Answered[] {
  let from = history.length;
  const fits = (start: number): boolean => {
    const kept = history.slice(start);
    return kept.length <= options.answersMax && kept.reduce((sum, { weight }) => sum + weight, 0) <= options.weightMax;
  };
  while (from > 0 && fits(from - 1)) from--;
  return history.slice(from).filter(({ at }) => now < at + options.answersKeptMs);
}

const step = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
  act: fc.constantFrom('begin', 'leave', 'answer', 'answer'),
  weight: fc.integer({ min: 0, max: 12 }),
  afterMs: fc.integer({ min: 0, max: 60 }),
});

it('an id is known while its request waits, and as long as its answer is kept', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const table = new IdempotencyTable<number, number>(options);
      const waiting = new Map<string, number>();
      const history: Answered[] = [];
      let now = 0;
      for (const [i, { id, act, weight, afterMs }] of steps.entries()) {
        now += afterMs;
        const answered = known(history, now).find((one) => one.id === id);
        const waiter = waiting.get(id);
        const expected =
          waiter !== undefined
            ? { kind: 'waiting', waiter }
            : answered
              ? { kind: 'answered', answer: history.indexOf(answered) }
              : { kind: 'new' };
        expect(table.recall(id, now)).toEqual(expected);
        // A request is made only where nothing is known, and ends only where one waits, or at once.
        if (act === 'begin' && expected.kind === 'new') {
          table.begin(id, i);
          waiting.set(id, i);
        } else if (act === 'leave') {
          table.leave(id);
          waiting.delete(id);
        } else if (act === 'answer' && expected.kind !== 'answered') {
          table.answer(id, history.length, weight, now);
          waiting.delete(id);
          history.push({ id, weight, at: now });
        }
        expect(table.answersCount).toBeLessThanOrEqual(options.answersMax);
      }
    }),
    propertyRuns(500),
  );
});
