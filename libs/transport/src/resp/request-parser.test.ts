import { describe, expect, test, vi } from 'vitest';
import { detach } from '../keyspace/memory-use.js';
import { encodeCommand } from '../testing/raw-client.js';
import { defaultRespLimits } from './limits.js';
import { RequestParser, type InputMemory } from './request-parser.js';

const plenty: InputMemory = { reserve: () => true, release: () => undefined };

function parser(limits = {}, memory = plenty): RequestParser {
  return new RequestParser({ limits: { ...defaultRespLimits, ...limits }, memory });
}

/** The requests in some bytes, as text. */
function requests(parser: RequestParser, ...chunks: (string | Buffer)[]): string[][] {
  for (const chunk of chunks) parser.push(Buffer.from(chunk as string, 'latin1'));
  const found: string[][] = [];
  for (let next = parser.next(); next; next = parser.next()) found.push(next.args.map((arg) => arg.toString('latin1')));
  return found;
}

describe('requests', () => {
  test('come as arrays of bulk strings or as lines', () => {
    expect(requests(parser(), '*2\r\n$4\r\nECHO\r\n$2\r\nhi\r\nPING\r\n\r\n*-1\r\n*0\r\nping x\n')).toEqual([
      ['ECHO', 'hi'],
      ['PING'],
      ['ping', 'x'],
    ]);
  });

  test('hold any bytes', () => {
    const value = '\r\n\0$5\xff*';
    expect(requests(parser(), encodeCommand(['SET', '', value]))).toEqual([['SET', '', value]]);
  });

  test.each([
    ['*x\r\n', 'invalid multibulk length'],
    ['*+1\r\n', 'invalid multibulk length'],
    ['*01\r\n', 'invalid multibulk length'],
    ['*1 \r\n', 'invalid multibulk length'],
    ['*\r\n', 'invalid multibulk length'],
    ['*99999999999999999999\r\n', 'invalid multibulk length'],
    ['*1048577\r\n', 'invalid multibulk length'],
    ['*1\r\n$x\r\n', 'invalid bulk length'],
    ['*1\r\n$-1\r\n', 'invalid bulk length'],
    ['*1\r\n$04\r\n', 'invalid bulk length'],
    ['*1\r\n$536870913\r\n', 'invalid bulk length'],
    ['*1\r\nPING\r\n', "expected '$', got 'P'"],
    ['a'.repeat(65_537), 'too big inline request'],
    [`*${'1'.repeat(65_536)}`, 'too big mbulk count string'],
    [`*1\r\n$${'1'.repeat(65_536)}`, 'too big bulk count string'],
    ['ECHO "x\r\n', 'unbalanced quotes in request'],
  ])('%.30j is an error', (bytes, problem) => {
    expect(() => requests(parser(), bytes)).toThrow(`Protocol error: ${problem}`);
  });

  test('of a stranger are small', () => {
    const stranger = parser();
    stranger.isTrusted = false;
    expect(requests(stranger, encodeCommand(['AUTH', 'secret']))).toEqual([['AUTH', 'secret']]);
    expect(() => requests(stranger, '*11\r\n')).toThrow('unauthenticated multibulk length');
    const other = parser();
    other.isTrusted = false;
    expect(() => requests(other, '*1\r\n$16385\r\n')).toThrow('unauthenticated bulk length');
  });
});

describe('what is not yet a request', () => {
  test('is counted', () => {
    const some = parser();
    expect(requests(some, '*2\r\n$4\r\nECHO\r\n$2\r\nh')).toEqual([]);
    expect(some.bytes).toBe('ECHO'.length + '$2\r\nh'.length);
    expect(requests(some, 'i\r\n')).toEqual([['ECHO', 'hi']]);
    expect(some.bytes).toBe(0);
  });

  test('is kept in one piece of memory from the beginning when it is large', () => {
    const reserved: number[] = [];
    const some = parser(
      {},
      { reserve: (bytes) => reserved.push(bytes) > 0, release: (bytes) => reserved.push(-bytes) },
    );
    const value = Buffer.alloc(1_000_000, 'syncytium');
    const encoded = encodeCommand(['SET', 'k', value]);
    for (let at = 0; at < encoded.length; at += 10_000) some.push(encoded.subarray(at, at + 10_000));
    const request = some.next();
    expect(value.equals(request!.args[2]!)).toBe(true);
    expect(request!.args[2]!.buffer.byteLength).toBe(1_000_000);
    expect(reserved).toEqual([1_000_000, -1_000_000]);
  });

  test('of 100 MB is copied once, however it is cut', () => {
    const size = 100_000_000;
    const [piece, end] = [Buffer.alloc(65_536, 'x'), Buffer.from('\r\n')];
    let copied = 0;
    const set = vi.spyOn(Uint8Array.prototype, 'set').mockImplementation(function (this: Uint8Array, from, at = 0) {
      copied += from.length;
      for (let i = 0; i < from.length; i += 4096) this[at + i] = from[i] ?? 0;
    });
    const concat = vi.spyOn(Buffer, 'concat').mockImplementation((parts) => {
      for (const part of parts) copied += part.length;
      return Buffer.from(parts.flatMap((part) => [...part]));
    });
    const some = parser();
    some.push(Buffer.from(`*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$${size}\r\n`));
    for (let left = size; left > 0; left -= piece.length) {
      expect(some.next()).toBeUndefined();
      some.push(piece.subarray(0, left));
    }
    some.push(end);
    const value = some.next()?.args[2];
    set.mockRestore();
    concat.mockRestore();
    expect(value?.length).toBe(size);
    expect(copied).toBeGreaterThanOrEqual(size);
    expect(copied).toBeLessThan(size + 1000);
    expect(detach(value!)).toBe(value);
  });

  test('is skipped when there is no memory for it, and only that request refused', () => {
    const some = parser({}, { reserve: () => false, release: () => undefined });
    some.push(encodeCommand(['SET', 'k', Buffer.alloc(100_000)]).subarray(0, 50_000));
    expect(some.next()).toBeUndefined();
    some.push(
      Buffer.concat([encodeCommand(['SET', 'k', Buffer.alloc(100_000)]).subarray(50_000), encodeCommand(['PING'])]),
    );
    expect(some.next()).toMatchObject({ isRefused: true });
    expect(some.next()).toMatchObject({ isRefused: false, args: [Buffer.from('PING')] });
  });

  test('is given back when the client is gone', () => {
    let reserved = 0;
    const memory = {
      reserve: (bytes: number) => (reserved += bytes) > 0,
      release: (bytes: number) => void (reserved -= bytes),
    };
    const some = parser({}, memory);
    some.push(encodeCommand(['SET', 'k', Buffer.alloc(100_000)]).subarray(0, 50_000));
    expect(some.next()).toBeUndefined();
    expect(reserved).toBe(100_000);
    some.dispose();
    expect(reserved).toBe(0);
    expect(some.bytes).toBe(0);
  });
});
