import { frameHeaderBytes, type Frame } from '@syncytium/codec';
import type { Message } from '@syncytium/transport';
import { ProtocolError } from '../errors.js';
import { batchFramesMax, commands } from './wire.js';

/** Where a frame is so large that a copy costs more than a frame of its own. */
const packedBytesMax = 4096;

const lengthBytes = 4;
const head = Buffer.from(`R ${commands.batch} `, 'latin1');

/**
 * Many commands in few frames, in their order: a batch is a frame `R BTCH` whose payload is other frames, each behind its
 * length as 32 bits, big-endian. Large ones stay frames of their own.
 *
 * @see docs/spec/thynapse.md#batches
 */
export function packFrames(frames: readonly Uint8Array[]): Message {
  const message: Uint8Array[] = [];
  let small: Uint8Array[] = [];
  const close = (): void => {
    if (small.length > 0) message.push(small.length === 1 ? (small[0] ?? head) : pack(small));
    small = [];
  };
  for (const frame of frames) {
    if (frame.length <= packedBytesMax) {
      small.push(frame);
      if (small.length === batchFramesMax) close();
    } else {
      close();
      message.push(frame);
    }
  }
  close();
  return message;
}

/** The frames in a batch, as views of its bytes. Throws {@link ProtocolError} `bad_field` for lengths that are none. */
export function unpackFrames({ bytes }: Frame): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frames: Uint8Array[] = [];
  for (let at = frameHeaderBytes; at < bytes.length;) {
    const length = at + lengthBytes <= bytes.length ? view.getUint32(at) : Infinity;
    const end = at + lengthBytes + length;
    if (end > bytes.length)
      throw new ProtocolError('bad_field', `payload of ${commands.batch} ends within a frame, at byte ${at}`);
    if (frames.length === batchFramesMax)
      throw new ProtocolError('busy', `a batch has at most ${batchFramesMax} commands`, { batchFramesMax });
    const frame = bytes.subarray(at + lengthBytes, end);
    if (isBatch(frame))
      throw new ProtocolError('bad_field', `payload of ${commands.batch} must not have another batch in it`);
    frames.push(frame);
    at = end;
  }
  return frames;
}

/** Whether a frame is a batch, without decoding it. */
export function isBatch(bytes: Uint8Array): boolean {
  return startsWith(bytes, head);
}

/** Whether bytes begin so. */
export function startsWith(bytes: Uint8Array, beginning: Uint8Array): boolean {
  if (bytes.length < beginning.length) return false;
  for (let i = 0; i < beginning.length; i++) if (bytes[i] !== beginning[i]) return false;
  return true;
}

function pack(frames: readonly Uint8Array[]): Uint8Array {
  let size = head.length;
  for (const { length } of frames) size += lengthBytes + length;
  const bytes = Buffer.allocUnsafeSlow(size);
  bytes.set(head);
  let at = head.length;
  for (const frame of frames) {
    at = bytes.writeUInt32BE(frame.length, at);
    bytes.set(frame, at);
    at += frame.length;
  }
  return bytes;
}
