import { describe, expect, test } from 'vitest';
import type { BlockedPop } from './blocked-pops.js';
import { Store } from './store.js';

/** A store, waiters by name, and what they were served with. */
class Bench {
  readonly store = new Store();
  readonly log: string[] = [];

  block(who: string, keys: string[], into?: string): BlockedPop {
    const pop: BlockedPop = {
      keys,
      from: 'right',
      ...(into !== undefined && { into: { key: into, end: 'left' as const } }),
      onValue: (value, key) => this.log.push(`${who}: ${Buffer.from(value).toString()} of ${key}`),
      onError: () => this.log.push(`${who}: error`),
    };
    this.store.blocked.block(pop);
    return pop;
  }

  push(key: string, ...values: string[]): number {
    return this.store.execute(0, ({ keyspace }) =>
      keyspace.push(
        key,
        'left',
        values.map((value) => Buffer.from(value)),
      ),
    );
  }

  list(key: string): string[] {
    return this.store.keyspace.range(key, 0, -1).map((value) => Buffer.from(value).toString());
  }
}

describe('blocked pops', () => {
  test('are served after the command, in the order they came, as long as there are values', () => {
    const bench = new Bench();
    for (const who of ['first', 'second', 'third']) bench.block(who, ['l']);
    expect(bench.push('l', 'a', 'b')).toBe(2);
    expect(bench.log).toEqual(['first: a of l', 'second: b of l']);
    expect(bench.store.blocked.size).toBe(1);
    expect(bench.store.keyspace.type('l')).toBeUndefined();
  });

  test('of several lists count once, by when they came and not by which list they named first', () => {
    const bench = new Bench();
    bench.block('both', ['x', 'l', 'x']);
    bench.block('one', ['l']);
    bench.push('l', 'a');
    bench.push('x', 'b');
    bench.push('l', 'c');
    expect(bench.log).toEqual(['both: a of l', 'one: c of l']);
    expect(bench.list('x')).toEqual(['b']);
    expect(bench.store.blocked.keyCount).toBe(0);
  });

  test('pass values on to those who wait behind, round by round', () => {
    const bench = new Bench();
    bench.block('end', ['c']);
    bench.block('b to c', ['b'], 'c');
    bench.block('a to b', ['a'], 'b');
    bench.block('a', ['a']);
    bench.push('a', '1', '2', '3');
    expect(bench.log).toEqual(['a to b: 1 of a', 'a: 2 of a', 'b to c: 1 of b', 'end: 1 of c']);
    expect(bench.list('a')).toEqual(['3']);
  });

  test('turn a list within itself without end', () => {
    const bench = new Bench();
    bench.block('one', ['l'], 'l');
    bench.block('two', ['l'], 'l');
    bench.push('l', 'a', 'b');
    expect(bench.log).toEqual(['one: a of l', 'two: b of l']);
    expect(bench.list('l')).toEqual(['b', 'a']);
  });

  test('that cannot be served fail and leave the value to the next', () => {
    const bench = new Bench();
    bench.store.keyspace.setString('string', Buffer.from('x'));
    bench.block('cannot', ['l'], 'string');
    bench.block('can', ['l']);
    bench.push('l', 'v');
    expect(bench.log).toEqual(['cannot: error', 'can: v of l']);
  });

  test('that left are not served, and leave nothing behind', () => {
    const bench = new Bench();
    const gone = bench.block('gone', ['l', 'm']);
    expect(bench.store.blocked.unblock(gone)).toBe(true);
    expect(bench.store.blocked.unblock(gone)).toBe(false);
    expect(bench.store.blocked.keyCount).toBe(0);
    bench.push('l', 'v');
    expect(bench.log).toEqual([]);
    expect(bench.list('l')).toEqual(['v']);
  });

  test('are not woken by a value of another kind', () => {
    const bench = new Bench();
    bench.block('one', ['l']);
    bench.store.execute(0, ({ keyspace }) => keyspace.setString('l', Buffer.from('x')));
    expect(bench.store.blocked.size).toBe(1);
    bench.store.execute(0, ({ keyspace }) => keyspace.delete('l'));
    bench.push('l', 'v');
    expect(bench.log).toEqual(['one: v of l']);
  });

  test('are found by their list, the first to be served first', () => {
    const bench = new Bench();
    const [one, two] = [bench.block('one', ['l']), bench.block('two', ['m', 'l'])];
    expect(bench.store.blocked.waitersOf('l')).toEqual([one, two]);
    expect(bench.store.blocked.waitersOf('none')).toEqual([]);
  });
});
