import { describe, expect, it } from 'vitest';
import { IdempotencyTable } from './idempotency-table.js';

const table = (options = {}) =>
  new IdempotencyTable<string, string>({ answersMax: 2, weightMax: 10, answersKeptMs: 1000, ...options });

describe('an idempotency table', () => {
  it('knows nothing of an id at first, and of one that left', () => {
    const known = table();
    expect(known.recall('x', 0)).toEqual({ kind: 'new' });
    known.begin('x', 'waiter');
    known.leave('x');
    expect(known.recall('x', 0)).toEqual({ kind: 'new' });
  });

  it('knows who waits, and then the answer', () => {
    const known = table();
    known.begin('x', 'waiter');
    expect(known.recall('x', 1e9)).toEqual({ kind: 'waiting', waiter: 'waiter' });
    known.answer('x', 'answer', 1, 0);
    expect(known.recall('x', 999)).toEqual({ kind: 'answered', answer: 'answer' });
  });

  it('tells no answer that is too old, and forgets it when the next one comes', () => {
    const known = table();
    known.answer('x', 'answer', 1, 0);
    expect(known.recall('x', 1000)).toEqual({ kind: 'new' });
    known.answer('y', 'answer', 1, 1000);
    expect(known.answersCount).toBe(1);
  });

  it('forgets the oldest answers when there are too many or they weigh too much', () => {
    const known = table();
    known.answer('a', 'answer', 1, 0);
    known.answer('b', 'answer', 1, 0);
    known.answer('c', 'answer', 1, 0);
    expect(['a', 'b', 'c'].map((id) => known.recall(id, 0).kind)).toEqual(['new', 'answered', 'answered']);
    known.answer('d', 'answer', 10, 0);
    expect(['b', 'c', 'd'].map((id) => known.recall(id, 0).kind)).toEqual(['new', 'new', 'answered']);
  });

  it('does not keep an answer that weighs too much by itself', () => {
    const known = table();
    known.answer('a', 'answer', 11, 0);
    expect(known.recall('a', 0)).toEqual({ kind: 'new' });
    known.answer('b', 'answer', 10, 0);
    expect(known.recall('b', 0).kind).toBe('answered');
  });
});
