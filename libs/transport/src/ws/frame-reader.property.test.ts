import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReader } from './frame-reader.js';
import { clientFrame } from './testing/raw-frames.js';

/**
 * Laws, for any frames and wherever the stream of them is cut: messages of one frame are taken out, each once and in order;
 * all other bytes are given on as they came, between the same messages; nothing follows a close.
 */
interface Piece {
  readonly bytes: Buffer;
  /** The message in it, where it is plain. */
  readonly message?: { readonly data: string; readonly isBinary: boolean };
}

const payload = fc.uint8Array({ maxLength: 140 }).map((bytes) => Buffer.from(bytes));
const words = fc.string({ maxLength: 140, unit: 'binary' }).map((words) => Buffer.from(words));
const piece: fc.Arbitrary<Piece> = fc.oneof(
  { weight: 4, arbitrary: words.map((data) => plain(1, data)) },
  { weight: 2, arbitrary: payload.map((data) => plain(2, data)) },
  fc.tuple(fc.constantFrom(9, 10), payload).map(([opcode, data]) => other(clientFrame(opcode, data.subarray(0, 125)))),
  // In parts, with a ping in between.
  payload.map((data) =>
    other(
      clientFrame(1, data.subarray(0, 3), { isFinal: false }),
      clientFrame(9, ''),
      clientFrame(0, data.subarray(3), { isFinal: false }),
      clientFrame(0, ''),
    ),
  ),
  payload.map((data) => other(clientFrame(1, data, { isMasked: false }))),
  payload.map((data) => other(clientFrame(1, data, { reserved: 0x40 }))),
  fc.constantFrom([0xff], [0xc3], [0xed, 0xa0, 0x80]).map((bytes) => other(clientFrame(1, Buffer.from(bytes)))),
  payload.map((data) => other(clientFrame(1, Buffer.concat([data, Buffer.alloc(1001, 'x')])))),
);

function plain(opcode: 1 | 2, data: Buffer): Piece {
  return { bytes: clientFrame(opcode, data), message: { data: data.toString('hex'), isBinary: opcode === 2 } };
}

function other(...frames: Buffer[]): Piece {
  return { bytes: Buffer.concat(frames) };
}

/** What happens, with other bytes that follow each other joined. */
class Record {
  readonly seen: (Piece['message'] | string)[] = [];

  message(data: Buffer, isBinary: boolean): void {
    this.seen.push({ data: data.toString('hex'), isBinary });
  }

  other(bytes: Buffer): void {
    const last = this.seen.at(-1);
    if (typeof last === 'string') this.seen[this.seen.length - 1] = last + bytes.toString('hex');
    else this.seen.push(bytes.toString('hex'));
  }
}

function readerInto(record: Record): FrameReader {
  return new FrameReader({
    isMasked: true,
    messageBytesMax: 1000,
    onMessage: (data, isBinary) => record.message(data, isBinary),
    onOther: (bytes) => record.other(bytes),
  });
}

describe('a stream of frames', () => {
  it('is taken apart the same wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 20 }),
        fc.array(fc.nat({ max: 400 }), { minLength: 1 }),
        fc.boolean(),
        (pieces, cuts, isClosed) => {
          const record = new Record();
          const expected = new Record();
          const close = clientFrame(8, '');
          for (const { bytes, message } of pieces) {
            if (message) expected.message(Buffer.from(message.data, 'hex'), message.isBinary);
            else expected.other(bytes);
          }
          if (isClosed) expected.other(close);
          const after = isClosed ? [close, clientFrame(1, 'too late')] : [];
          const stream = Buffer.concat([...pieces.map(({ bytes }) => bytes), ...after]);
          const reader = readerInto(record);
          for (let at = 0, i = 0; at < stream.length; i++) {
            const size = Math.max(1, cuts[i % cuts.length] ?? 1);
            // A copy: what is read is unmasked where it is.
            reader.read(Buffer.from(stream.subarray(at, at + size)));
            at += size;
          }
          reader.end();
          expect(record.seen).toEqual(expected.seen);
        },
      ),
      propertyRuns(500),
    );
  });
});

describe('long messages', () => {
  it('are given in parts, each byte once and in order, wherever the stream is cut', () => {
    const long = fc
      .tuple(fc.constantFrom<1 | 2>(1, 2), fc.integer({ min: 65_537, max: 70_000 }), fc.nat(255))
      .map(([opcode, length, seed]) =>
        plain(opcode, Buffer.from(Array.from({ length }, (_, i) => (i * 7 + seed) & 127))),
      );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(long, piece), { maxLength: 4 }),
        fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: 1, maxLength: 5 }),
        (pieces, cuts) => {
          const record = new Record();
          const expected = new Record();
          for (const { bytes, message } of pieces) {
            if (message) expected.message(Buffer.from(message.data, 'hex'), message.isBinary);
            else expected.other(bytes);
          }
          let parts: Buffer[] = [];
          const reader = new FrameReader({
            isMasked: true,
            messageBytesMax: 100_000,
            onMessage: (data, isBinary) => record.message(data, isBinary),
            onPart: (data, isBinary, isLast) => {
              parts.push(Buffer.from(data));
              if (!isLast) return;
              record.message(Buffer.concat(parts), isBinary);
              parts = [];
            },
            onOther: (bytes) => record.other(bytes),
          });
          const stream = Buffer.concat(pieces.map(({ bytes }) => bytes));
          for (let at = 0, i = 0; at < stream.length; i++) {
            const size = cuts[i % cuts.length]!;
            reader.read(Buffer.from(stream.subarray(at, at + size)));
            at += size;
          }
          reader.end();
          expect(record.seen).toEqual(expected.seen);
        },
      ),
      propertyRuns(60),
    );
  });
});

describe('a frame', () => {
  it('that is long and comes slowly is given on as it comes', () => {
    const record = new Record();
    const reader = readerInto(record);
    const frame = clientFrame(2, Buffer.alloc(100_000, 7));
    const stream = Buffer.concat([frame, clientFrame(1, 'next')]);
    reader.read(Buffer.from(stream.subarray(0, 20)));
    expect(record.seen).toEqual([stream.subarray(0, 20).toString('hex')]);
    reader.read(Buffer.from(stream.subarray(20)));
    expect(record.seen).toEqual([
      frame.toString('hex'),
      { data: Buffer.from('next').toString('hex'), isBinary: false },
    ]);
  });

  it('that never comes whole is given on at the end', () => {
    const record = new Record();
    const reader = readerInto(record);
    const frame = clientFrame(1, 'never whole');
    reader.read(frame.subarray(0, 9));
    expect(record.seen).toEqual([]);
    reader.end();
    expect(record.seen).toEqual([frame.subarray(0, 9).toString('hex')]);
  });

  it('that comes after the stop is ignored, and so is what was kept', () => {
    const record = new Record();
    const reader = readerInto(record);
    reader.read(clientFrame(1, 'never whole').subarray(0, 9));
    reader.stop();
    reader.read(clientFrame(1, 'late'));
    reader.end();
    expect(record.seen).toEqual([]);
  });
});
