import { systemPrng } from '@syncytium/kit';
import { expect, it } from 'vitest';
import * as codec from './index.js';
import { decodeFrame, encodeFrame, formatOid, json, messagePack, parseOid, randomOid, thidOf } from './index.js';

it('does what the README says', () => {
  const bytes = encodeFrame('J', 'EVNT', { channel: 'hello::world' });
  expect(Buffer.from(bytes).toString()).toBe('J EVNT {"channel":"hello::world"}');
  const frame = decodeFrame(bytes);
  expect(frame.command).toBe('EVNT');
  expect(frame.encoding === json).toBe(true);
  expect(frame.decode()).toEqual({ channel: 'hello::world' });

  expect(messagePack.decode(messagePack.encode({ samples: Float64Array.of(1, 2) }))).toEqual({
    samples: Float64Array.of(1, 2),
  });

  expect(thidOf(bytes)).toMatch(/^[0-9a-f]{40}$/);
  const oid = formatOid(randomOid(systemPrng()));
  expect(formatOid(parseOid(oid.toUpperCase()))).toBe(oid);
  expect(() => json.encode({ rows: [{ price: NaN }] })).toThrow('json does not carry NaN (at $.rows[0].price)');
});

it('exports errors that are all CodecErrors', () => {
  for (const error of [codec.EncodeError, codec.DecodeError, codec.FrameError, codec.IdError]) {
    expect(error.prototype).toBeInstanceOf(codec.CodecError);
  }
});
