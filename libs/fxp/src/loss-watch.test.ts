import { describe, expect, test } from 'vitest';
import { LossWatch } from './loss-watch.js';

describe('a loss watch', () => {
  test('tells all who listen, once', () => {
    const abort = new AbortController();
    const watch = new LossWatch(abort.signal);
    const told: unknown[] = [];
    watch.add((reason) => told.push(['a', reason]));
    const gone = (): void => void told.push('gone');
    watch.add(gone);
    watch.remove(gone);
    abort.abort('why');
    expect(told).toEqual([['a', 'why']]);
  });

  test('tells at once who comes too late', () => {
    const watch = new LossWatch(AbortSignal.abort('why'));
    const told: unknown[] = [];
    watch.add((reason) => told.push(reason));
    expect(told).toEqual(['why']);
  });

  test('that is closed tells nobody', () => {
    const abort = new AbortController();
    const watch = new LossWatch(abort.signal);
    const told: unknown[] = [];
    watch.add((reason) => told.push(reason));
    watch.close();
    abort.abort();
    expect(told).toEqual([]);
  });
});
