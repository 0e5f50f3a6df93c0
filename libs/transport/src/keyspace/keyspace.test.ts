import { describe, expect, test } from 'vitest';
import { Keyspace } from './keyspace.js';

const kilobyte = (): Buffer => Buffer.allocUnsafeSlow(1000);

describe('a keyspace with a maximum', () => {
  test('never exceeds it, and leaves everything as it was when it refuses', () => {
    const keyspace = new Keyspace({ bytesMax: 10_000 });
    let pushed = 0;
    const full = (): void => {
      for (; ; pushed++) keyspace.push('l', 'left', [kilobyte()]);
    };
    expect(full).toThrow(expect.objectContaining({ code: 'broker_out_of_memory' }) as Error);
    expect(keyspace.bytes).toBeLessThanOrEqual(10_000);
    expect(keyspace.length('l')).toBe(pushed);
    expect(() => keyspace.push('l', 'left', [Buffer.alloc(1), kilobyte()])).toThrow();
    expect(keyspace.length('l')).toBe(pushed);
    expect(() => keyspace.setString('l', Buffer.alloc(20_000))).toThrow();
    expect(keyspace.type('l')).toBe('list');
  });

  test('takes a value in place of a larger one, and moves values, though it is full', () => {
    const keyspace = new Keyspace({ bytesMax: 2500 });
    keyspace.setString('s', kilobyte());
    keyspace.push('l', 'left', [Buffer.alloc(300)]);
    expect(() => keyspace.push('l', 'left', [kilobyte()])).toThrow();
    expect(keyspace.setString('s', Buffer.alloc(900))).toBe(true);
    expect(keyspace.move('l', 'another list with a long name', 'left', 'left')).toHaveLength(300);
  });

  test('counts what has expired no more', () => {
    const keyspace = new Keyspace({ bytesMax: 3000 });
    keyspace.setString('old', kilobyte(), { expiresAt: 5 });
    keyspace.setString('new', kilobyte());
    expect(() => keyspace.setString('newer', kilobyte())).toThrow();
    keyspace.advance(5);
    expect(keyspace.setString('newer', kilobyte())).toBe(true);
  });
});

describe('expiry', () => {
  test('is seen at once, however many keys expire together', () => {
    const keyspace = new Keyspace();
    for (let i = 0; i < 5000; i++) keyspace.setString(`k${i}`, Buffer.alloc(1), { expiresAt: 10 });
    keyspace.advance(9.999);
    expect(keyspace.type('k4999')).toBe('string');
    keyspace.advance(10);
    expect(keyspace.size).toBe(4000);
    expect([...keyspace.keys()]).toEqual([]);
    expect(keyspace.type('k4999')).toBeUndefined();
    for (let i = 0; i < 5; i++) keyspace.advance(10);
    expect(keyspace.size).toBe(0);
  });

  test('stays with a list that is turned, and goes with a list that ends', () => {
    const keyspace = new Keyspace();
    keyspace.push('l', 'left', [Buffer.from('v')]);
    keyspace.expireAt('l', 10);
    keyspace.move('l', 'l', 'left', 'right');
    expect(keyspace.expiresAt('l')).toBe(10);
    keyspace.pop('l', 'left');
    keyspace.push('l', 'left', [Buffer.from('v')]);
    expect(keyspace.expiresAt('l')).toBe(Infinity);
  });

  test('does not go back when the clock does', () => {
    const keyspace = new Keyspace();
    keyspace.setString('k', Buffer.alloc(1), { expiresAt: 10 });
    keyspace.advance(10);
    keyspace.advance(0);
    expect(keyspace.type('k')).toBeUndefined();
    expect(keyspace.now).toBe(10);
  });
});
