import { LoadFileError } from './load-file-error.js';

const [quote, backslash, newline] = [0x22, 0x5c, 0x0a];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Deepest nesting of an object in a file: what queries allow, less the query around it. */
const depthMax = 125;

/**
 * Finds where a JSON object ends, over any number of pieces of it. Only strings and brackets are looked at: enough to
 * know that what is between cannot end the query that it is put into. Whether it is JSON, the server judges.
 */
export class ObjectScanner {
  /** Lines that ended within the object so far. */
  newlines = 0;
  readonly #closers = new Uint8Array(depthMax);
  #depth = 0;
  #isInString = false;
  #isEscaped = false;

  /** To be called before each object. */
  reset(): void {
    this.newlines = 0;
    this.#depth = 0;
    this.#isInString = false;
    this.#isEscaped = false;
  }

  /**
   * Where the object ends, just behind its brace; -1 when it goes on beyond `bytes`. Throws {@link LoadFileError} for
   * brackets that do not belong together; `line` is where the object began.
   */
  scan(bytes: Uint8Array, from: number, line: number): number {
    let at = from;
    while (at < bytes.length) {
      if (this.#isInString) {
        at = this.#skipString(bytes, at);
        continue;
      }
      const byte = bytes[at++];
      if (byte === quote) this.#isInString = true;
      else if (byte === newline) this.newlines++;
      else if (byte === openBrace) this.#open(closeBrace, line);
      else if (byte === openBracket) this.#open(closeBracket, line);
      else if (byte === closeBrace || byte === closeBracket) {
        if (this.#closers[--this.#depth] !== byte)
          throw new LoadFileError(line + this.newlines, `'${String.fromCharCode(byte)}' closes what was not opened`);
        if (this.#depth === 0) return at;
      }
    }
    return -1;
  }

  #open(closer: number, line: number): void {
    if (this.#depth === depthMax) throw new LoadFileError(line, `the object is nested deeper than ${depthMax}`);
    this.#closers[this.#depth++] = closer;
  }

  #skipString(bytes: Uint8Array, from: number): number {
    let at = from;
    if (this.#isEscaped) {
      this.#isEscaped = false;
      at++;
    }
    for (; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === quote) {
        this.#isInString = false;
        return at + 1;
      }
      if (byte === newline) this.newlines++;
      else if (byte === backslash && ++at === bytes.length) this.#isEscaped = true;
    }
    return at;
  }
}
