import { RequestError } from './errors.js';
import { splitInline } from './inline-request.js';
import { strangerLimits, type RespLimits } from './limits.js';

const CR = 0x0d;
const LF = 0x0a;
const asterisk = '*'.charCodeAt(0);
const dollar = '$'.charCodeAt(0);

/** An argument from this size on is gathered in a buffer of its own, so that its bytes are copied once. */
const largeBytes = 32 * 1024;

/** A command with its arguments, the name being the first. At least one. */
export interface Request {
  readonly args: readonly Buffer[];
  /** Too large an argument was not admitted and has been skipped: the request must be refused. */
  readonly isRefused: boolean;
}

/** Memory for large arguments that have not come to their end. */
export interface InputMemory {
  /** `false` when there is not so much. */
  reserve(bytes: number): boolean;
  release(bytes: number): void;
}

export interface RequestParserOptions {
  readonly limits: RespLimits;
  /** Asked before a large argument is received. */
  readonly memory: InputMemory;
}

/** An argument of which a part has come. */
interface PartialArgument {
  /** `undefined` when it is skipped. */
  readonly bytes: Buffer | undefined;
  readonly size: number;
  filled: number;
}

/**
 * Makes requests out of bytes as they come, however they are cut: arrays of bulk strings, or inline commands. Small
 * arguments are pieces of the received buffers; whoever keeps one copies it.
 *
 * @see docs/spec/resp.md
 */
export class RequestParser {
  /** Whether the client may send large requests: it has given the password, or none is needed. */
  isTrusted = true;
  readonly #limits: RespLimits;
  readonly #memory: InputMemory;
  /** What has been received and not yet looked at, behind the buffer in hand. */
  #chunks: Buffer[] = [];
  #chunksBytes = 0;
  #buffer: Buffer = Buffer.alloc(0);
  #at = 0;
  /** Arguments of the request in hand that are complete, and how many it has in all; 0 between requests. */
  #args: Buffer[] = [];
  #argsBytes = 0;
  #argsExpected = 0;
  #isRefused = false;
  #partial: PartialArgument | undefined;

  constructor({ limits, memory }: RequestParserOptions) {
    this.#limits = limits;
    this.#memory = memory;
  }

  /** Bytes held of what is not yet a request. */
  get bytes(): number {
    return this.#chunksBytes + this.#buffer.length - this.#at + this.#argsBytes + (this.#partial?.filled ?? 0);
  }

  push(chunk: Buffer): void {
    if (this.#at === this.#buffer.length && this.#chunks.length === 0) {
      this.#buffer = chunk;
      this.#at = 0;
    } else {
      this.#chunks.push(chunk);
      this.#chunksBytes += chunk.length;
    }
  }

  /** Gives back what is held of a client that is gone. */
  dispose(): void {
    this.#dropPartial();
    this.#chunks = [];
    this.#chunksBytes = 0;
    this.#args = [];
    this.#argsBytes = 0;
    this.#buffer = Buffer.alloc(0);
    this.#at = 0;
  }

  /** The next request, as soon as it is complete. Throws {@link RequestError}; there is no next one after that. */
  next(): Request | undefined {
    for (;;) {
      const request = this.#advance();
      if (request === 'more') {
        if (!this.#refill()) return undefined;
      } else if (request !== 'nothing') return request;
    }
  }

  /** Goes on to the end of the request in hand: it, or that it is nothing to execute, or that more bytes are needed. */
  #advance(): Request | 'nothing' | 'more' {
    if (this.#argsExpected === 0) {
      if (this.#at >= this.#buffer.length) return 'more';
      if (this.#buffer[this.#at] !== asterisk) return this.#readInline();
      const count = this.#readLength('mbulk count', 'invalid multibulk length', this.#limits.argumentsMax);
      if (count === undefined) return 'more';
      if (count <= 0) return 'nothing';
      if (!this.isTrusted && count > strangerLimits.argumentsMax)
        throw new RequestError('unauthenticated multibulk length');
      this.#argsExpected = count;
    }
    while (this.#args.length < this.#argsExpected) if (!this.#readArgument()) return 'more';
    return this.#finish();
  }

  #finish(): Request {
    const request: Request = { args: this.#args, isRefused: this.#isRefused };
    this.#args = [];
    this.#argsBytes = 0;
    this.#argsExpected = 0;
    this.#isRefused = false;
    return request;
  }

  #readInline(): Request | 'nothing' | 'more' {
    const end = this.#buffer.indexOf(LF, this.#at);
    const length = (end === -1 ? this.#buffer.length : end) - this.#at;
    if (length > this.#limits.inlineBytesMax) throw new RequestError('too big inline request');
    if (end === -1) return 'more';
    const line = this.#buffer.toString('latin1', this.#at, end);
    this.#at = end + 1;
    const words = splitInline(line);
    if (words.length === 0) return 'nothing';
    return { args: words.map((word) => Buffer.from(word, 'latin1')), isRefused: false };
  }

  /** Adds one argument; `false` when it is not complete. */
  #readArgument(): boolean {
    if (this.#partial) return this.#fillPartial(this.#partial);
    const start = this.#at;
    if (start >= this.#buffer.length) return false;
    const first = this.#buffer[start];
    if (first !== dollar) throw new RequestError(`expected '$', got '${String.fromCharCode(first ?? 0)}'`);
    const size = this.#readLength('bulk count', 'invalid bulk length', this.#limits.argumentBytesMax);
    if (size === undefined) return false;
    if (size < 0) throw new RequestError('invalid bulk length');
    if (!this.isTrusted && size > strangerLimits.argumentBytesMax)
      throw new RequestError('unauthenticated bulk length');
    const end = this.#at + size;
    if (end + 2 <= this.#buffer.length) {
      this.#addArgument(this.#buffer.subarray(this.#at, end));
      this.#at = end + 2;
      return true;
    }
    if (size < largeBytes) {
      // The length is read again together with the rest.
      this.#at = start;
      return false;
    }
    const isAdmitted = this.#memory.reserve(size);
    if (!isAdmitted) this.#isRefused = true;
    this.#partial = { bytes: isAdmitted ? Buffer.allocUnsafeSlow(size) : undefined, size, filled: 0 };
    return this.#fillPartial(this.#partial);
  }

  #fillPartial(partial: PartialArgument): boolean {
    const { bytes, size } = partial;
    const taken = Math.min(size + 2 - partial.filled, this.#buffer.length - this.#at);
    // The two bytes behind an argument are received with it and dropped.
    const kept = Math.min(taken, size - partial.filled);
    if (kept > 0) bytes?.set(this.#buffer.subarray(this.#at, this.#at + kept), partial.filled);
    partial.filled += taken;
    this.#at += taken;
    if (partial.filled < size + 2) return false;
    this.#dropPartial();
    this.#addArgument(bytes ?? Buffer.alloc(0));
    return true;
  }

  #dropPartial(): void {
    if (this.#partial?.bytes) this.#memory.release(this.#partial.size);
    this.#partial = undefined;
  }

  #addArgument(bytes: Buffer): void {
    this.#args.push(bytes);
    this.#argsBytes += bytes.length;
  }

  /** Reads `*12\r\n` or `$12\r\n`; `undefined` when the line is not complete, with nothing read. */
  #readLength(what: string, problem: string, max: number): number | undefined {
    const end = this.#buffer.indexOf(CR, this.#at);
    if (end === -1 || end + 1 >= this.#buffer.length) {
      if (this.#buffer.length - this.#at > this.#limits.inlineBytesMax)
        throw new RequestError(`too big ${what} string`);
      return undefined;
    }
    const value = this.#parseLength(this.#at + 1, end);
    if (value === undefined || value > max) throw new RequestError(problem);
    this.#at = end + 2;
    return value;
  }

  /** A whole number as Redis takes it: no plus, no leading zeros; `undefined` for anything else. */
  #parseLength(start: number, end: number): number | undefined {
    let value = 0;
    for (let at = start; at < end; at++) {
      const digit = (this.#buffer[at] ?? 0) - 0x30;
      if (digit < 0 || digit > 9 || (digit === 0 && at === start && end - start > 1) || end - start > 15)
        return this.#buffer.toString('latin1', start, end).match(/^-[1-9]\d{0,14}$/) ? -1 : undefined;
      value = value * 10 + digit;
    }
    return end > start ? value : undefined;
  }

  /** Joins the next received chunk to what is left of the buffer in hand; `false` when there is none. */
  #refill(): boolean {
    const chunk = this.#chunks.shift();
    if (!chunk) {
      // A spent buffer need not be held.
      if (this.#at === this.#buffer.length) this.#buffer = Buffer.alloc(0);
      if (this.#buffer.length === 0) this.#at = 0;
      return false;
    }
    this.#chunksBytes -= chunk.length;
    const rest = this.#buffer.subarray(this.#at);
    this.#buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    this.#at = 0;
    return true;
  }
}
