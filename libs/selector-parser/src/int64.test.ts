import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInt64 } from './int64.js';
import { propertyRuns } from './testing/property-runs.js';

describe('parseInt64', () => {
  it('reads back every 64-bit integer, signed or padded', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.nat(40), (value, zeros) => {
        expect(parseInt64(String(value))).toBe(value);
        const digits = '0'.repeat(zeros) + String(value < 0n ? -value : value);
        expect(parseInt64((value < 0n ? '-' : '+') + digits)).toBe(value);
      }),
      propertyRuns(500),
    );
  });

  it.each([
    '',
    '+',
    '-',
    '--1',
    '+-1',
    ' 1',
    '1 ',
    '1.0',
    '1e3',
    '0x1',
    '1_0',
    '٣',
    '9223372036854775808',
    '-9223372036854775809',
    '9'.repeat(20),
  ])('refuses %j', (text) => {
    expect(parseInt64(text)).toBeUndefined();
  });

  it('takes minus zero for zero', () => {
    expect(parseInt64('-0')).toBe(0n);
    expect(parseInt64('000')).toBe(0n);
  });
});
