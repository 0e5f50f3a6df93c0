import type { ByteKey } from '../keyspace/byte-key.js';

/** Values up to this size are copied into the text around them; larger ones are sent from where they are. */
const inlineValueBytes = 1024;

/** A piece of output: text with one character per byte, or bytes. */
export type OutputPart = string | Uint8Array;

/**
 * Replies in the encoding of RESP2 or RESP3, gathered until they are taken for sending. What RESP2 has no type for is
 * written as Redis does it: a map as a flat array, null as a null bulk string or null array, a push as an array.
 *
 * @see docs/spec/resp.md
 */
export class ReplyWriter {
  protocol: 2 | 3 = 2;
  /** Whether answers are dropped. */
  isMuted = false;
  #parts: OutputPart[] = [];
  #text = '';
  #bytes = 0;

  /** Bytes gathered and not yet taken. */
  get bytes(): number {
    return this.#bytes;
  }

  /** `+OK` */
  simple(text: string): void {
    this.#write(`+${text}\r\n`);
  }

  /** A line that is not an answer, also to a client that wants no answers. */
  announce(line: string): void {
    const { isMuted } = this;
    this.isMuted = false;
    this.simple(line);
    this.isMuted = isMuted;
  }

  ok(): void {
    this.#write('+OK\r\n');
  }

  /** An error; the text's first word is its code. Line breaks would end the reply: they become spaces, or nothing at its end. */
  error(text: string): void {
    this.#write(`-${text.replace(/[\r\n]+$/, '').replace(/[\r\n]/g, ' ')}\r\n`);
  }

  integer(value: number): void {
    this.#write(`:${value}\r\n`);
  }

  /** A value, or null when there is none. */
  bulk(value: Uint8Array | undefined): void {
    if (value === undefined) {
      this.null();
      return;
    }
    this.#write(`$${value.byteLength}\r\n`);
    if (value.byteLength <= inlineValueBytes) this.#write(`${latin1(value)}\r\n`);
    else {
      this.#writeBytes(value);
      this.#write('\r\n');
    }
  }

  /** A key, a channel or an ASCII text. */
  text(key: ByteKey): void {
    this.#write(`$${key.length}\r\n${key}\r\n`);
  }

  null(): void {
    this.#write(this.protocol === 3 ? '_\r\n' : '$-1\r\n');
  }

  /** Null where an array is expected. */
  nullArray(): void {
    this.#write(this.protocol === 3 ? '_\r\n' : '*-1\r\n');
  }

  /** Begins an array; its `size` elements follow. */
  array(size: number): void {
    this.#write(`*${size}\r\n`);
  }

  /** Begins a set. */
  set(size: number): void {
    this.#write(`${this.protocol === 3 ? '~' : '*'}${size}\r\n`);
  }

  /** Begins a map; `size` times a key and a value follow. */
  map(size: number): void {
    this.#write(this.protocol === 3 ? `%${size}\r\n` : `*${size * 2}\r\n`);
  }

  /** A message that is not an answer: `size` elements, which `write` writes, also to a client that wants no answers. */
  push(size: number, write: () => void): void {
    const { isMuted } = this;
    this.isMuted = false;
    this.#write(`${this.protocol === 3 ? '>' : '*'}${size}\r\n`);
    write();
    this.isMuted = isMuted;
  }

  /** Text for people. */
  verbatim(text: string): void {
    const bytes = Buffer.byteLength(text);
    const encoded = bytes === text.length ? text : Buffer.from(text).toString('latin1');
    this.#write(this.protocol === 3 ? `=${bytes + 4}\r\ntxt:${encoded}\r\n` : `$${bytes}\r\n${encoded}\r\n`);
  }

  /** Everything gathered, which is the taker's from now on. */
  take(): OutputPart[] {
    this.#endText();
    const parts = this.#parts;
    this.#parts = [];
    this.#bytes = 0;
    return parts;
  }

  #write(text: string): void {
    if (this.isMuted) return;
    this.#text += text;
    this.#bytes += text.length;
  }

  #writeBytes(bytes: Uint8Array): void {
    if (this.isMuted) return;
    this.#endText();
    this.#parts.push(bytes);
    this.#bytes += bytes.byteLength;
  }

  #endText(): void {
    if (this.#text === '') return;
    this.#parts.push(this.#text);
    this.#text = '';
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
