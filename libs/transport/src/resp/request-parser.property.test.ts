import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeCommand } from '../testing/raw-client.js';
import { defaultRespLimits } from './limits.js';
import { RequestParser } from './request-parser.js';

const argument = fc.oneof(
  fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
  fc.integer({ min: 30_000, max: 70_000 }).map((size) => Buffer.alloc(size, 'ab\r\n$*')),
);
const request = fc.array(argument, { minLength: 1, maxLength: 4 });

test('requests are the same however their bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(request, { maxLength: 4 }),
      fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 30 }),
      fc.boolean(),
      (requests, sizes, readsAsItGoes) => {
        const parser = new RequestParser({
          limits: defaultRespLimits,
          memory: { reserve: () => true, release: () => undefined },
        });
        const bytes = Buffer.concat(requests.map(encodeCommand));
        const found: Buffer[][] = [];
        const read = (): void => {
          for (let next = parser.next(); next; next = parser.next()) found.push([...next.args]);
        };
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = sizes[i % sizes.length]!;
          parser.push(bytes.subarray(at, at + size));
          at += size;
          if (readsAsItGoes) read();
        }
        read();
        expect(found.length).toBe(requests.length);
        expect(found.every((args, i) => args.every((arg, j) => arg.equals(requests[i]![j]!)))).toBe(true);
        expect(parser.bytes).toBe(0);
      },
    ),
    propertyRuns(200),
  );
});

test('no bytes make the parser hang or throw anything but a protocol error', () => {
  const hostile = fc.string({
    unit: fc.constantFrom('*', '$', '1', '2', '-', '\r\n', '\n', 'a', '"', ' ', '\0'),
    maxLength: 40,
  });
  fc.assert(
    fc.property(hostile, (text) => {
      const parser = new RequestParser({
        limits: defaultRespLimits,
        memory: { reserve: () => true, release: () => undefined },
      });
      parser.push(Buffer.from(text, 'latin1'));
      try {
        for (let next = parser.next(); next; next = parser.next()) expect(next.args.length).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toMatchObject({ code: 'resp_protocol' });
      }
    }),
    propertyRuns(2000),
  );
});
