import { decodeFrame, encodeFrame } from '@syncytium/codec';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isBatch, packFrames, unpackFrames } from './batch.js';
import { batchFramesMax } from './wire.js';

const hex = (frames: readonly Uint8Array[]) => frames.map((frame) => Buffer.from(frame).toString('hex'));
const unpackAll = (message: readonly Uint8Array[]) =>
  message.flatMap((frame) => (isBatch(frame) ? unpackFrames(decodeFrame(frame)) : [frame]));

describe('a batch', () => {
  test('holds frames in their order, large ones beside it', () => {
    const frame = fc.oneof(
      fc.uint8Array({ maxLength: 50 }),
      fc.constantFrom(4096, 4097, 9000).map((size) => new Uint8Array(size)),
    );
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 30 }), (frames) => {
        const message = packFrames(frames);
        expect(hex(unpackAll(message))).toEqual(hex(frames));
        expect(message.length).toBeLessThanOrEqual(2 * frames.filter(({ length }) => length > 4096).length + 1);
      }),
    );
  });

  test('is not made of one frame, nor of more than a reader takes', () => {
    const frame = encodeFrame('J', 'PING', {});
    expect(packFrames([frame])).toEqual([frame]);
    const many = Array.from({ length: batchFramesMax + 1 }, () => frame);
    expect(packFrames(many)).toHaveLength(2);
    expect(unpackAll(packFrames(many))).toHaveLength(many.length);
  });

  test.each([
    ['ends within a length', Buffer.from([0, 0, 0])],
    ['ends within a frame', Buffer.from([0, 0, 0, 2, 65])],
    ['has a batch in it', Buffer.concat([Buffer.from([0, 0, 0, 7]), Buffer.from('R BTCH ')])],
  ])('that %s is refused', (_, payload) => {
    expect(() => unpackFrames(decodeFrame(encodeFrame('R', 'BTCH', payload)))).toThrow(
      expect.objectContaining({ code: 'bad_field' }) as Error,
    );
  });

  test('with too many frames is refused', () => {
    const payload = Buffer.alloc(4 * (batchFramesMax + 1));
    expect(() => unpackFrames(decodeFrame(encodeFrame('R', 'BTCH', payload)))).toThrow(/at most/);
  });
});
