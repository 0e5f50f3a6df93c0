import { describe, expect, test } from 'vitest';
import { formatHeader, openEnvelope, sealEnvelope, type EnvelopeHeader } from './envelope.js';
import { FxpBadItemError } from '../errors.js';

const open = (text: string) => openEnvelope(Buffer.from(text), 'K');

describe('an envelope', () => {
  test('is a line of ASCII and the payload as it is', () => {
    const payload = Buffer.from([0, 10, 255]);
    expect(Buffer.from(sealEnvelope({ kind: 'item', seq: 7 }, payload)).toString('latin1')).toBe(
      'fxp1 item 7\n\x00\n\xff',
    );
    expect(formatHeader({ kind: 'part', seq: 2, index: 1, count: 3 })).toBe('fxp1 part 2 1 3\n');
    expect(formatHeader({ kind: 'end', seq: 9 })).toBe('fxp1 end 9\n');
  });

  test.each<EnvelopeHeader>([
    { kind: 'item', seq: 1 },
    { kind: 'part', seq: 999_999_999_999_999, index: 2, count: 2 },
    { kind: 'end', seq: 3 },
    { kind: 'error', seq: 3 },
    { kind: 'claim', seq: 0 },
    { kind: 'sync', seq: 5 },
    { kind: 'resend', seq: 5 },
  ])('is read as it was written: $kind', (header) => {
    const payload = Buffer.from('{"a":1}\n');
    expect(openEnvelope(sealEnvelope(header, payload), 'K')).toEqual({ ...header, payload });
  });

  test.each([
    '',
    '{"a":1}',
    '{"a":\n1}',
    'fxp1 item 1',
    'fxp1 item\n',
    'fxp1 item x\n',
    'fxp1 item 01\n',
    'fxp1 item -1\n',
    'fxp1 item 1 2\n',
    'fxp1 item 1234567890123456\n',
    'fxp1 part 1\n',
    'fxp1 part 1 1\n',
    'fxp1 part 1 0 2\n',
    'fxp1 part 1 3 2\n',
    'fxp1 news 1\n',
    'fxp2 item 1\n',
    ` fxp1 item 1\n`,
    `fxp1 item ${' '.repeat(100)}1\n`,
  ])('that is none is refused, naming its list: %j', (text) => {
    expect(() => open(text)).toThrow(FxpBadItemError);
    expect(() => open(text)).toThrow(expect.objectContaining({ details: { key: 'K' } }) as Error);
  });
});
