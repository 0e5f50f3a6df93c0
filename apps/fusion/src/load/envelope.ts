import { LoadFileError } from './load-file-error.js';
import { newline } from './object-reader.js';

/** Longest part of a file before its first object, and behind its last, in bytes. */
const bytesMax = 2 ** 20;

const [quote, backslash, openBrace, closeBrace, openBracket] = [0x22, 0x5c, 0x7b, 0x7d, 0x5b];

const notOurs = 'a file of JSON is an array of objects or a STORE query; one of an object a line is called .ndjson';

/** What is around the objects of a file: the brackets of an array, or a STORE query but for its objects. */
export class Envelope {
  /** Lines that ended in it so far. */
  newlines = 0;
  #head = '';
  #tail = '';
  #depth = 0;
  #isInString = false;
  #isEscaped = false;

  /** Takes the beginning of the file. Where the first object may begin; -1 when that is beyond `chunk`. */
  pushHead(chunk: Buffer): number {
    for (const [at, byte] of chunk.entries()) {
      if (byte === newline) this.newlines++;
      if (this.#endsHead(byte, chunk, at)) {
        this.#head += chunk.toString('latin1', 0, at + 1);
        return at + 1;
      }
    }
    this.#head += chunk.toString('latin1');
    this.#check(this.#head, 'first');
    return -1;
  }

  /** Takes what stands behind the objects. */
  pushTail(chunk: Buffer): void {
    this.#tail += chunk.toString('latin1');
    this.#check(this.#tail, 'last');
  }

  /** The class that stands before the objects: a name, or a definition. */
  get classNamed(): unknown {
    const file = this.#parse(this.#depth === 2 ? ']}}' : ']');
    return (file as { STORE?: { _class?: unknown } }).STORE?._class;
  }

  /** Checks what can only be checked at the end of the file; `line` is where that is. */
  end(line: number): void {
    this.#parse(this.#tail, line);
  }

  #endsHead(byte: number, chunk: Buffer, at: number): boolean {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === backslash) this.#isEscaped = this.#isInString;
    else if (byte === quote) this.#isInString = !this.#isInString;
    else if (this.#isInString) return false;
    else if (byte === openBrace) this.#depth++;
    else if (byte === closeBrace) this.#close();
    else if (byte === openBracket) return this.#depth === 0 || this.#isBehindKey(chunk, at);
    return false;
  }

  #close(): void {
    if (--this.#depth <= 0) throw new LoadFileError(1, notOurs);
  }

  #isBehindKey(chunk: Buffer, at: number): boolean {
    return this.#depth === 2 && /"_objects"\s*:\s*$/.test(this.#head + chunk.toString('latin1', 0, at));
  }

  #parse(rest: string, line = 1 + this.newlines): unknown {
    let file: unknown;
    try {
      file = JSON.parse(Buffer.from(this.#head + rest, 'latin1').toString());
    } catch (error) {
      throw new LoadFileError(line, `around its objects, the file is not JSON (${(error as Error).message})`);
    }
    if (!Array.isArray(file) && !Object.hasOwn(file as object, 'STORE')) throw new LoadFileError(1, notOurs);
    return file;
  }

  #check(text: string, which: 'first' | 'last'): void {
    if (text.length > bytesMax)
      throw new LoadFileError(1 + this.newlines, `there is no object within ${bytesMax} bytes of the ${which}`);
  }
}
