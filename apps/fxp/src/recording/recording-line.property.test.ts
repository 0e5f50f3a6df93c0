import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatEvent, formatHeader, parseEvent, parseHeader, type RecordedDeed } from './recording-line.js';

const deeds = fc.oneof<fc.Arbitrary<RecordedDeed>[]>(
  fc.uint8Array().map((bytes) => ({ kind: 'item', bytes })),
  fc
    .dictionary(fc.string(), fc.jsonValue())
    .map((value) => ({ kind: 'item', bytes: Buffer.from(JSON.stringify(value)) })),
  fc.constant({ kind: 'end' }),
  fc.record({ name: fc.string(), message: fc.string() }).map((error) => ({ kind: 'error', error })),
);

describe('a line of a recording', () => {
  test('says all that it was made of, to the byte', () => {
    const froms = fc.constantFrom('requestor' as const, 'provider' as const);
    fc.assert(
      fc.property(
        fc.nat().map((n) => n / 8),
        froms,
        deeds,
        (ms, from, deed) => {
          const line = formatEvent({ ms, from, deed });
          expect(line).not.toContain('\n');
          const read = parseEvent(line, 2, 'file');
          const plain = (one: RecordedDeed): unknown => (one.kind === 'item' ? [...one.bytes] : one);
          expect([read.ms, read.from, plain(read.deed)]).toEqual([ms, from, plain(deed)]);
        },
      ),
    );
  });

  test('keeps how numbers were written, and takes line breaks between parts for spaces', () => {
    const bytes = Buffer.from('{\n "n": 1.0e0,\r\n "big": 12345678901234567890 }');
    const line = formatEvent({ ms: 0, from: 'provider', deed: { kind: 'item', bytes } });
    expect(line).toBe('{"ms":0,"from":"provider","item":{  "n": 1.0e0,   "big": 12345678901234567890 }}');
    const { deed } = parseEvent(line, 2, 'file');
    expect(deed.kind === 'item' && Buffer.from(deed.bytes).toString()).toContain('12345678901234567890');
  });

  test('is read where somebody has written it anew', () => {
    const { deed } = parseEvent('{ "item": {"n": 1}, "from": "provider", "ms": 5 }', 2, 'file');
    expect(deed.kind === 'item' && Buffer.from(deed.bytes).toString()).toBe('{"n":1}');
  });

  test.each([
    ['nonsense', 'no JSON object'],
    ['{"from":"provider","end":true}', 'no time'],
    ['{"ms":1,"from":"me","end":true}', 'from nobody'],
    ['{"ms":1,"from":"provider"}', 'neither item'],
    ['{"ms":1,"from":"provider","end":false}', 'neither item'],
    ['{"ms":1,"from":"provider","item":5}', 'neither item'],
  ])('cannot be %s', (line, problem) => {
    expect(() => parseEvent(line, 7, 'file')).toThrow(new RegExp(`line 7 of file .*${problem}`));
  });
});

describe('the first line of a recording', () => {
  test('says whose it is', () => {
    const header = { service: 'X', id: 's', at: '2026-01-01T00:00:00.000Z' };
    expect(parseHeader(formatHeader(header), 'file')).toEqual(header);
  });

  test.each(['', '{}', '{"recording":"fxp","version":2}', '{"recording":"fxp","version":1,"service":"X"}'])(
    'cannot be %s',
    (line) => {
      expect(() => parseHeader(line, 'file')).toThrow('line 1 of file');
    },
  );
});
