import { isUtf8 } from 'node:buffer';
import { Mask } from './mask.js';

/** First bytes of a frame that is a whole message, uncompressed. */
const wholeText = 0x81;
const wholeBytes = 0x82;
const opcodeBits = 0x0f;
const closeOpcode = 8;
/** Most bytes of a frame that has not come whole: what is kept is copied with each part of it that comes. */
const keptBytesMax = 4096;
const nothing = Buffer.alloc(0);

/** A message of one frame that is longer than this may be given in parts. */
export const partedBytesMin = 64 * 1024;

/** A message of which only a part has come. */
interface OpenMessage {
  readonly isBinary: boolean;
  readonly mask: Mask | undefined;
  left: number;
}

export interface FrameReaderOptions {
  /** Whether the peer has to mask what it sends: that of a server has. */
  readonly isMasked: boolean;
  readonly messageBytesMax: number;
  /** One whole message; text is UTF-8, checked. The buffer is a part of a larger one. */
  readonly onMessage: (data: Buffer, isBinary: boolean) => void;
  /**
   * The next bytes of a message of one frame that is longer than {@link partedBytesMin}; without it, such messages come
   * whole. Text is not checked.
   */
  readonly onPart?: ((data: Buffer, isBinary: boolean, isLast: boolean) => void) | undefined;
  /** Bytes of frames that are anything else, in order, and unchanged. */
  readonly onOther: (bytes: Buffer) => void;
}

/**
 * Takes the plain messages out of what a peer sends: those that are one frame, as almost all are. Control frames, messages in
 * parts, long ones that come slowly and whatever breaks the rules are not judged here but given on.
 *
 * @see docs/spec/websocket.md
 */
export class FrameReader {
  readonly #options: FrameReaderOptions;
  /** The beginning of a frame; at most `keptBytesMax`. */
  #kept: Buffer = nothing;
  /** How much of a frame that was given on is still to come. */
  #owed = 0;
  /** Within a message of several frames, where only its frames are allowed. */
  #isInParts = false;
  /** The message that is given in parts. */
  #message: OpenMessage | undefined;
  #isOver = false;

  constructor(options: FrameReaderOptions) {
    this.#options = options;
  }

  read(chunk: Buffer): void {
    const bytes = this.#kept.length === 0 ? chunk : Buffer.concat([this.#kept, chunk]);
    this.#kept = nothing;
    let at = 0;
    while (at < bytes.length && !this.#isOver) {
      const next = this.#readNext(bytes, at);
      if (next === at) {
        // A copy, since the rest of the chunk need not be kept.
        this.#kept = Buffer.from(bytes.subarray(at));
        return;
      }
      at = next;
    }
  }

  /** Nothing more comes: gives on what was kept. */
  end(): void {
    const kept = this.#kept;
    this.stop();
    if (kept.length > 0) this.#options.onOther(kept);
  }

  /** Whatever comes from now on is ignored. */
  stop(): void {
    this.#isOver = true;
    this.#kept = nothing;
  }

  #readNext(bytes: Buffer, at: number): number {
    if (this.#message) return this.#readPart(this.#message, bytes, at);
    return this.#owed > 0 ? this.#giveOn(bytes, at, this.#owed) : this.#readFrame(bytes, at);
  }

  #readPart(message: OpenMessage, bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + message.left);
    const data = bytes.subarray(at, end);
    message.mask?.apply(data);
    message.left -= data.length;
    const isLast = message.left === 0;
    if (isLast) this.#message = undefined;
    this.#options.onPart?.(data, message.isBinary, isLast);
    return end;
  }

  /** Gives where the next frame begins, or `at` when more of this one is needed. */
  #readFrame(bytes: Buffer, at: number): number {
    const left = bytes.length - at;
    if (left < 2) return at;
    const first = bytes.readUInt8(at);
    const second = bytes.readUInt8(at + 1);
    const isMasked = second >= 0x80;
    const shortLength = second & 0x7f;
    const lengthEnd = shortLength < 126 ? 2 : shortLength === 126 ? 4 : 10;
    const headBytes = isMasked ? lengthEnd + 4 : lengthEnd;
    if (left < headBytes) return at;
    const length = shortLength < 126 ? shortLength : readLength(bytes, at + 2, lengthEnd - 2);
    const size = headBytes + length;
    if (left < size && size <= keptBytesMax) return at;
    const isPlain =
      (first === wholeText || first === wholeBytes) && isMasked === this.#options.isMasked && !this.#isInParts;
    const isFit = isPlain && length <= this.#options.messageBytesMax;
    if (isFit && length > partedBytesMin && this.#options.onPart) {
      const mask = isMasked ? new Mask(bytes, at + lengthEnd) : undefined;
      this.#message = { isBinary: first === wholeBytes, mask, left: length };
      return at + headBytes;
    }
    if (isFit && left >= size) {
      const start = at + headBytes;
      const isAscii = isMasked && unmask(bytes, start, at + size);
      const data = bytes.subarray(start, at + size);
      if (isAscii || first === wholeBytes || isUtf8(data)) {
        this.#options.onMessage(data, first === wholeBytes);
        return at + size;
      }
      if (isMasked) unmask(bytes, start, at + size);
    }
    const opcode = first & opcodeBits;
    if (opcode < closeOpcode) this.#isInParts = first < 0x80;
    if (opcode === closeOpcode) this.#isOver = true;
    return this.#giveOn(bytes, at, size);
  }

  #giveOn(bytes: Buffer, at: number, size: number): number {
    const end = Math.min(bytes.length, at + size);
    this.#owed = size - (end - at);
    this.#options.onOther(bytes.subarray(at, end));
    return end;
  }
}

function readLength(bytes: Buffer, at: number, width: number): number {
  return width === 2 ? bytes.readUInt16BE(at) : Number(bytes.readBigUInt64BE(at));
}

/** Unmasks, and masks, with the four bytes before `start`. Says whether what comes of it is ASCII, which is known by then. */
function unmask(bytes: Buffer, start: number, end: number): boolean {
  let all = 0;
  for (let i = start, key = start - 4; i < end; i++) {
    const byte = (bytes[i] as number) ^ (bytes[key + ((i - start) & 3)] as number);
    bytes[i] = byte;
    all |= byte;
  }
  return all < 0x80;
}
