import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameBatch } from './frame-batch.js';

/** Law: the frames of a batch, read by the book, are the messages that were added, whatever other batches do meanwhile. */
const message = fc.oneof(
  fc.string({ maxLength: 140, unit: 'binary' }),
  fc.uint8Array({ maxLength: 140 }),
  fc.integer({ min: 0, max: 5000 }).map((length) => 'x'.repeat(length)),
  fc.integer({ min: 0, max: 5000 }).map((length) => '\u20ac'.repeat(length)),
);

/** Unmasked whole frames, one after the other. */
function readFrames(bytes: Buffer): [number, string][] {
  const frames: [number, string][] = [];
  for (let at = 0; at < bytes.length;) {
    const opcode = bytes.readUInt8(at);
    const isLong = bytes.readUInt8(at + 1) === 126;
    const length = isLong ? bytes.readUInt16BE(at + 2) : bytes.readUInt8(at + 1);
    // The shortest form is the only one that is allowed.
    expect(isLong).toBe(length > 125);
    const start = at + (isLong ? 4 : 2);
    frames.push([opcode, bytes.toString('hex', start, start + length)]);
    at = start + length;
  }
  return frames;
}

describe('a batch of frames', () => {
  it('has all messages, in order, and no more bytes than it said', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(message, fc.boolean(), fc.nat({ max: 2 })), { maxLength: 60 }), (messages) => {
        const batches = [0, 1, 2].map(() => ({ batch: new FrameBatch(), expected: [] as [number, string][] }));
        for (const [data, isBinary, to] of messages) {
          const { batch, expected } = batches[to]!;
          if (!batch.add(data, isBinary)) continue;
          expected.push([isBinary ? 0x82 : 0x81, Buffer.from(data as string).toString('hex')]);
        }
        const written = batches.map(({ batch }) => {
          const { bytes } = batch;
          const runs: Buffer[] = [];
          batch.flush((run) => runs.push(run));
          const all = Buffer.concat(runs);
          expect(all.length).toBeLessThanOrEqual(bytes);
          expect(batch.bytes).toBe(0);
          return runs;
        });
        // Read only now: no batch may write over another's frames.
        written.forEach((runs, i) => expect(readFrames(Buffer.concat(runs))).toEqual(batches[i]!.expected));
      }),
      propertyRuns(300),
    );
  });

  it('refuses a message that is too long to share a buffer', () => {
    const batch = new FrameBatch();
    expect(batch.add(Buffer.alloc(1 << 20), true)).toBe(false);
    batch.flush(() => expect.unreachable());
  });
});
