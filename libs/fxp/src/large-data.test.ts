import { describe, expect, test } from 'vitest';
import { encodeItem } from './wire/payload.js';
import { Provider } from './provider.js';
import { Requestor } from './requestor.js';

const count = 10_000_000;

describe('ten million numbers', () => {
  const numbers = Float64Array.from({ length: count }, (_, i) => i / 7);

  test('are as many bytes as they have, and a few more', () => {
    const { length } = encodeItem('msgpack', numbers, 'K');
    expect(length - numbers.byteLength).toBeGreaterThanOrEqual(0);
    expect(length - numbers.byteLength).toBeLessThan(16);
  });

  test('go there and back as numbers, in parts', async () => {
    await using provider = await Provider.connect('memory:large');
    await provider.register(
      'scale',
      async (session) => {
        for await (const input of session) {
          const values = input as Float64Array;
          for (let i = 0; i < values.length; i++) values[i] = 2 * (values[i] ?? 0);
          await session.push(values);
        }
      },
      { codec: 'msgpack' },
    );
    await using requestor = await Requestor.connect('memory:large');
    await using session = await requestor.open('scale', { codec: 'msgpack', timeout: '1m' });
    const answer = await session.call(numbers);
    expect(answer).toBeInstanceOf(Float64Array);
    expect(answer).toHaveLength(count);
    // Element by element, since a comparison that describes what differs would take minutes.
    const wrong = (answer as Float64Array).findIndex((value, i) => value !== 2 * (numbers[i] ?? NaN));
    expect(wrong).toBe(-1);
  });
});
