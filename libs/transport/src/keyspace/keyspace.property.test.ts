import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BrokerError } from '../errors.js';
import type { ListEnd } from '../broker.js';
import { Keyspace } from './keyspace.js';

/** Lists as arrays and strings as strings, with no idea of memory. */
class Reference {
  readonly values = new Map<string, string | string[]>();
  readonly expiries = new Map<string, number>();
  now = 0;

  advance(ms: number): void {
    this.now += ms;
    for (const [key, at] of [...this.expiries]) if (at <= this.now) this.delete(key);
  }

  delete(key: string): boolean {
    this.expiries.delete(key);
    return this.values.delete(key);
  }

  list(key: string): string[] {
    const value = this.values.get(key);
    if (typeof value === 'string') throw new TypeError('wrong type');
    return value ?? [];
  }

  store(key: string, list: string[]): void {
    if (list.length === 0) this.delete(key);
    else this.values.set(key, list);
  }

  push(key: string, end: ListEnd, values: string[]): number {
    const list = [...this.list(key)];
    for (const value of values)
      if (end === 'left') list.unshift(value);
      else list.push(value);
    this.store(key, list);
    return list.length;
  }

  pop(key: string, end: ListEnd): string | undefined {
    const list = [...this.list(key)];
    const value = end === 'left' ? list.shift() : list.pop();
    this.store(key, list);
    return value;
  }

  move(source: string, destination: string, from: ListEnd, to: ListEnd): string | undefined {
    if (this.list(source).length === 0) return undefined;
    this.list(destination);
    // Turned within one list, even the only value does not end it, or its expiry.
    if (source === destination && this.list(source).length === 1) return this.list(source)[0];
    const value = this.pop(source, from);
    if (value !== undefined) this.push(destination, to, [value]);
    return value;
  }

  range(key: string, start: number, stop: number): string[] {
    const { length } = this.list(key);
    const position = (index: number): number => (index < 0 ? length + index : index);
    return this.list(key).filter((_value, i) => i >= position(start) && i <= position(stop));
  }

  remove(key: string, value: string, max: number, from: ListEnd): number {
    const list = [...this.list(key)];
    let removed = 0;
    for (; removed < max && list.includes(value); removed++)
      list.splice(from === 'left' ? list.indexOf(value) : list.lastIndexOf(value), 1);
    this.store(key, list);
    return removed;
  }

  set(key: string, value: string, onlyIf: 'absent' | 'present' | undefined, expiresAt: number | undefined): boolean {
    if (onlyIf === (this.values.has(key) ? 'absent' : 'present')) return false;
    this.delete(key);
    this.values.set(key, value);
    if (expiresAt !== undefined) this.expiries.set(key, expiresAt);
    return true;
  }
}

const key = fc.constantFrom('a', 'b', 'c');
const value = fc.constantFrom('x', 'y', 'z');
const end = fc.constantFrom<ListEnd>('left', 'right');
const position = fc.integer({ min: -4, max: 4 });
const max = fc.constantFrom(1, 2, Infinity);
const step = fc.oneof(
  fc.record({ do: fc.constant('push' as const), key, end, values: fc.array(value, { minLength: 1, maxLength: 3 }) }),
  fc.record({ do: fc.constant('pop' as const), key, end }),
  fc.record({ do: fc.constant('move' as const), key, to: key, end, toEnd: end }),
  fc.record({ do: fc.constant('remove' as const), key, value, max, end }),
  fc.record({ do: fc.constant('range' as const), key, start: position, stop: position }),
  fc.record({ do: fc.constant('trim' as const), key, start: position, stop: position }),
  fc.record({ do: fc.constant('delete' as const), key }),
  fc.record({ do: fc.constant('expire' as const), key, ms: fc.integer({ min: -1, max: 3 }) }),
  fc.record({ do: fc.constant('advance' as const), ms: fc.nat(2) }),
  fc.record({
    do: fc.constant('set' as const),
    key,
    value,
    onlyIf: fc.constantFrom(undefined, 'absent' as const, 'present' as const),
    ttlMs: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const bytes = (text: string): Buffer => Buffer.from(text);
const text = (bytes: Uint8Array | undefined): string | undefined => bytes && Buffer.from(bytes).toString();

function onKeyspace(keyspace: Keyspace, step: Step): unknown {
  switch (step.do) {
    case 'push':
      return keyspace.push(step.key, step.end, step.values.map(bytes));
    case 'pop':
      return text(keyspace.pop(step.key, step.end));
    case 'move':
      return text(keyspace.move(step.key, step.to, step.end, step.toEnd));
    case 'remove':
      return keyspace.remove(step.key, bytes(step.value), step.max, step.end);
    case 'range':
      return keyspace.range(step.key, step.start, step.stop).map(text);
    case 'trim':
      keyspace.trim(step.key, step.start, step.stop);
      return undefined;
    case 'delete':
      return keyspace.delete(step.key);
    case 'expire':
      return keyspace.expireAt(step.key, keyspace.now + step.ms);
    case 'advance':
      keyspace.advance(keyspace.now + step.ms);
      return undefined;
    case 'set':
      return keyspace.setString(step.key, bytes(step.value), {
        ...(step.onlyIf && { onlyIf: step.onlyIf }),
        ...(step.ttlMs !== undefined && { expiresAt: keyspace.now + step.ttlMs }),
      });
  }
}

function onReference(reference: Reference, step: Step): unknown {
  switch (step.do) {
    case 'push':
      return reference.push(step.key, step.end, step.values);
    case 'pop':
      return reference.pop(step.key, step.end);
    case 'move':
      return reference.move(step.key, step.to, step.end, step.toEnd);
    case 'remove':
      return reference.remove(step.key, step.value, step.max, step.end);
    case 'range':
      return reference.range(step.key, step.start, step.stop);
    case 'trim':
      reference.store(step.key, reference.range(step.key, step.start, step.stop));
      return undefined;
    case 'delete':
      return reference.delete(step.key);
    case 'expire': {
      if (!reference.values.has(step.key)) return false;
      if (step.ms <= 0) reference.delete(step.key);
      else reference.expiries.set(step.key, reference.now + step.ms);
      return true;
    }
    case 'advance':
      reference.advance(step.ms);
      return undefined;
    case 'set':
      return reference.set(
        step.key,
        step.value,
        step.onlyIf,
        step.ttlMs === undefined ? undefined : reference.now + step.ttlMs,
      );
  }
}

function attempt(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    if (error instanceof TypeError || (error instanceof BrokerError && error.code === 'broker_wrong_type'))
      return 'wrong type';
    throw error;
  }
}

test('a keyspace does what plain arrays and strings do, and counts its memory exactly', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const keyspace = new Keyspace();
      const reference = new Reference();
      for (const step of steps) {
        expect(attempt(() => onKeyspace(keyspace, step))).toEqual(attempt(() => onReference(reference, step)));
        for (const key of ['a', 'b', 'c']) {
          const expected = reference.values.get(key);
          const held = keyspace.type(key) === 'string' ? text(keyspace.getString(key)) : undefined;
          if (typeof expected === 'string') expect(held).toBe(expected);
          else expect(keyspace.range(key, 0, -1).map(text)).toEqual(expected ?? []);
          expect(keyspace.expiresAt(key)).toBe(expected && (reference.expiries.get(key) ?? Infinity));
        }
        expect([...keyspace.keys()].sort()).toEqual([...reference.values.keys()].sort());
      }
      const copy = new Keyspace();
      for (const [key, value] of reference.values)
        if (typeof value === 'string') copy.setString(key, bytes(value));
        else copy.push(key, 'right', value.map(bytes));
      expect(keyspace.bytes).toBe(copy.bytes);
      for (const key of ['a', 'b', 'c']) keyspace.delete(key);
      expect([keyspace.bytes, keyspace.size, keyspace.expiringCount]).toEqual([0, 0, 0]);
    }),
    propertyRuns(500),
  );
});
