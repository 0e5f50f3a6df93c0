import { JsonSyntaxError } from '../errors.js';
import { JsonFraction, JsonObject, type JsonValue } from './json-value.js';

const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const colon = 0x3a;
const backslash = 0x5c;
const arrayOpen = 0x5b;
const arrayClose = 0x5d;
const objectOpen = 0x7b;
const objectClose = 0x7d;

const shortEscapes = new Map(
  Object.entries({ '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }).map(
    ([letter, meaning]) => [letter.charCodeAt(0), meaning],
  ),
);

/** Up to this many keys are compared with each other; beyond, a set finds the one that comes twice. */
const keysComparedMax = 8;

/** How far places in the bytes of a reader are from those in the text that errors are about. */
export interface OffsetShift {
  /** Bytes from this one on are moved. */
  readonly from: number;
  readonly by: number;
}

const noShift: OffsetShift = { from: 0, by: 0 };

/** Reads JSON of valid UTF-8 value by value. All it does throws {@link JsonSyntaxError}. */
export class JsonReader {
  hasEmptyKey = false;
  readonly #bytes: Buffer;
  readonly #depthMax: number;
  readonly #shift: OffsetShift;
  #at: number;

  /** @param at Where to begin. */
  constructor(bytes: Uint8Array, depthMax: number, shift = noShift, at = 0) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#depthMax = depthMax;
    this.#shift = shift;
    this.#at = at;
  }

  /** Where it is: the next byte to be read. */
  get at(): number {
    return this.#at;
  }

  /** Whether a text begins here. */
  get isAtText(): boolean {
    return this.#bytes[this.#at] === quote;
  }

  readText(): JsonValue {
    this.skipSpace();
    const value = this.readValue(0);
    this.skipSpace();
    if (this.#at < this.#bytes.length) this.#fail('text after the end');
    return value;
  }

  /** The value that begins here, in so many arrays and objects. */
  readValue(depth: number): JsonValue {
    const byte = this.#bytes[this.#at];
    if (byte === quote) return this.readString();
    if (byte === objectOpen) return this.#readObject(depth + 1);
    if (byte === arrayOpen) return this.#readArray(depth + 1);
    if (isDigit(byte) || byte === minus) return this.#readNumber();
    if (byte === 0x74) return this.#readWord('true', true);
    if (byte === 0x66) return this.#readWord('false', false);
    if (byte === 0x6e) return this.#readWord('null', null);
    return this.#fail(byte === undefined ? 'end of text instead of a value' : 'no value');
  }

  #readObject(depth: number): JsonObject {
    if (depth > this.#depthMax) this.#fail(`nested deeper than ${this.#depthMax}`);
    const keys: string[] = [];
    const values: JsonValue[] = [];
    let known: Set<string> | undefined;
    this.#at++;
    this.skipSpace();
    if (this.accept(objectClose)) return new JsonObject(keys, values);
    do {
      this.skipSpace();
      const start = this.#at;
      if (this.#bytes[start] !== quote) this.#fail('no key');
      const key = this.readString();
      if (key === '') this.hasEmptyKey = true;
      if (keys.length === keysComparedMax) known = new Set(keys);
      if (known ? known.has(key) : keys.includes(key)) {
        this.#at = start;
        this.#fail(`key ${JSON.stringify(key)} comes twice`);
      }
      known?.add(key);
      this.skipSpace();
      if (!this.accept(colon)) this.#fail('no colon after a key');
      this.skipSpace();
      keys.push(key);
      values.push(this.readValue(depth));
      this.skipSpace();
    } while (this.accept(comma));
    if (!this.accept(objectClose)) this.#fail('object without its end');
    return new JsonObject(keys, values);
  }

  #readArray(depth: number): JsonValue[] {
    if (depth > this.#depthMax) this.#fail(`nested deeper than ${this.#depthMax}`);
    const items: JsonValue[] = [];
    this.#at++;
    this.skipSpace();
    if (this.accept(arrayClose)) return items;
    do {
      this.skipSpace();
      items.push(this.readValue(depth));
      this.skipSpace();
    } while (this.accept(comma));
    if (!this.accept(arrayClose)) this.#fail('array without its end');
    return items;
  }

  /** The text whose quote is here. */
  readString(): string {
    const bytes = this.#bytes;
    const start = ++this.#at;
    let isAscii = true;
    for (;;) {
      const byte = bytes[this.#at];
      if (byte === quote) break;
      if (byte === undefined) this.#fail('string without its end');
      if (byte === backslash) return this.#readEscapedString(start);
      if (byte < 0x20) this.#fail('control character in a string');
      if (byte >= 0x80) isAscii = false;
      this.#at++;
    }
    // A copy of its own: a slice of one large text would keep all of it in memory for as long as one value is stored.
    return bytes.toString(isAscii ? 'latin1' : 'utf8', start, this.#at++);
  }

  #readEscapedString(start: number): string {
    const bytes = this.#bytes;
    let text = '';
    let from = start;
    for (;;) {
      const byte = bytes[this.#at];
      if (byte === undefined) this.#fail('string without its end');
      if (byte < 0x20) this.#fail('control character in a string');
      if (byte === quote) return text + bytes.toString('utf8', from, this.#at++);
      if (byte === backslash) {
        text += bytes.toString('utf8', from, this.#at);
        text += this.#readEscape();
        from = this.#at;
      } else {
        this.#at++;
      }
    }
  }

  #readEscape(): string {
    const start = this.#at++;
    const letter = this.#bytes[this.#at++];
    if (letter === undefined) this.#fail('string without its end');
    const short = shortEscapes.get(letter);
    if (short !== undefined) return short;
    if (letter !== 0x75) this.#failAt('unknown escape', start);
    const unit = this.#readHex4();
    if (unit < 0xd800 || unit > 0xdfff) return String.fromCharCode(unit);
    if (unit > 0xdbff || this.#bytes[this.#at] !== backslash || this.#bytes[this.#at + 1] !== 0x75)
      this.#failAt('half of a surrogate pair', start);
    this.#at += 2;
    const low = this.#readHex4();
    if (low < 0xdc00 || low > 0xdfff) this.#failAt('half of a surrogate pair', start);
    return String.fromCharCode(unit, low);
  }

  #readHex4(): number {
    let unit = 0;
    for (let i = 0; i < 4; i++) {
      const digit = hexValue(this.#bytes[this.#at]);
      if (digit < 0) this.#fail('no four hexadecimal digits after \\u');
      unit = unit * 16 + digit;
      this.#at++;
    }
    return unit;
  }

  #readNumber(): number | bigint | JsonFraction {
    const start = this.#at;
    const isNegative = this.accept(minus);
    const digits = this.#skipDigits();
    if (digits > 1 && this.#bytes[this.#at - digits] === 0x30) this.#failAt('number with a leading zero', start);
    let isInteger = true;
    if (this.accept(0x2e)) {
      isInteger = false;
      this.#skipDigits();
    }
    if (this.accept(0x65) || this.accept(0x45)) {
      isInteger = false;
      if (!this.accept(minus)) this.accept(0x2b);
      this.#skipDigits();
    }
    if (isInteger && digits <= 15) return this.#smallInteger(this.#at - digits, isNegative);
    const text = this.#bytes.toString('latin1', start, this.#at);
    if (isInteger && digits <= 20) {
      const exact = BigInt(text);
      return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
    }
    const value = Number(text);
    return Number.isInteger(value) || !Number.isFinite(value) ? new JsonFraction(value, text) : value;
  }

  #smallInteger(start: number, isNegative: boolean): number {
    let value = 0;
    for (let i = start; i < this.#at; i++) value = value * 10 + (this.#bytes[i] as number) - 0x30;
    return isNegative && value !== 0 ? -value : value;
  }

  /** At least one digit; says how many. */
  #skipDigits(): number {
    const start = this.#at;
    while (isDigit(this.#bytes[this.#at])) this.#at++;
    if (this.#at === start) this.#fail('no digit in a number');
    return this.#at - start;
  }

  #readWord<T>(word: string, value: T): T {
    for (let i = 1; i < word.length; i++) if (this.#bytes[this.#at + i] !== word.charCodeAt(i)) this.#fail('no value');
    this.#at += word.length;
    return value;
  }

  skipSpace(): void {
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
      this.#at++;
    }
  }

  /** Whether the next byte is this one, which is then read. */
  accept(byte: number): boolean {
    if (this.#bytes[this.#at] !== byte) return false;
    this.#at++;
    return true;
  }

  #fail(problem: string): never {
    this.#failAt(problem, this.#at);
  }

  #failAt(problem: string, offset: number): never {
    const { from, by } = this.#shift;
    throw new JsonSyntaxError(problem, offset < from ? offset : offset + by);
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function hexValue(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
