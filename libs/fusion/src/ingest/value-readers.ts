import type { ScalarMember } from '../schema/class-definition.js';
import type { Cells } from '../store/cells/cells.js';
import { TextCells } from '../store/cells/text-cells.js';
import type { StagedColumn } from '../store/staged-rows.js';
import {
  backslash,
  capitalE,
  minus,
  plus,
  point,
  quote,
  smallE,
  standsAt,
  unexpectedAt,
  unusual,
  zero,
} from './json-bytes.js';

/** Reads the value of one member from bytes into staged rows. */
export interface ValueReader {
  /**
   * Reads the value that begins at a place into a row. Says where it ends, or `incomplete` or `unusual`; it is then not
   * set. Behind the end there have to be as many zeros as `paddingBytes` says. Throws `LimitError` where there is no room.
   */
  read(bytes: Buffer, at: number, end: number, row: number): number;
}

/** The reader of a member that holds values; none where it holds lists of them. */
export function makeValueReader(member: ScalarMember, staged: StagedColumn): ValueReader | undefined {
  const cells = staged.column?.cells;
  if (!cells || member.isArray) return undefined;
  if (cells instanceof TextCells) return new TextReader(cells, staged);
  if (member.type === 'bool') return new BoolReader(cells, staged);
  if (member.type === 'decimal') return new DecimalReader(cells, staged);
  return new IntegerReader(cells, staged, member.type === 'uint');
}

/** 1 for bytes that stand for themselves in a text. */
const textBytes = new Uint8Array(256);
for (let byte = 0x20; byte < 256; byte++) textBytes[byte] = Number(byte !== quote && byte !== backslash);
/** 1 for letters of the escapes that `JSON.stringify` writes. */
const isShortEscape = new Uint8Array(256);
for (const byte of Buffer.from('"\\bfnrt')) isShortEscape[byte] = 1;

class TextReader implements ValueReader {
  readonly #cells: TextCells;
  readonly #staged: StagedColumn;
  #bytes: Uint8Array = new Uint8Array(0);
  #words: DataView = new DataView(this.#bytes.buffer);

  constructor(cells: TextCells, staged: StagedColumn) {
    this.#cells = cells;
    this.#staged = staged;
  }

  read(bytes: Buffer, from: number, end: number, row: number): number {
    if (bytes[from] !== quote) return unexpectedAt(from, end);
    const words = this.#wordsOf(bytes);
    const start = from + 1;
    let at = start;
    let hasEscape = false;
    for (;;) {
      while (arePlain(words.getInt32(at, true))) at += 4;
      while (textBytes[bytes[at] as number] === 1) at++;
      const byte = bytes[at];
      if (byte === quote) break;
      // What is escaped otherwise is kept in another form than the one it has here.
      if (byte !== backslash || isShortEscape[bytes[at + 1] as number] !== 1) return unexpectedAt(at, end);
      hasEscape = true;
      at += 2;
    }
    this.#cells.writeEncoded(words, start, at - start, hasEscape);
    this.#staged.set(row, this.#cells.low, this.#cells.high);
    return at + 1;
  }

  /** The bytes as they are read four at a time, wherever they begin. */
  #wordsOf(bytes: Uint8Array): DataView {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    return this.#words;
  }
}

/** Whether four bytes stand for themselves in a text: no quote, backslash or control character is among them. */
function arePlain(word: number): boolean {
  const quotes = word ^ 0x22222222;
  const backslashes = word ^ 0x5c5c5c5c;
  // Subtracting borrows from the upper bit of the lowest byte that is too small, whose upper bit was clear.
  const found =
    ((quotes - 0x01010101) & ~quotes) | ((backslashes - 0x01010101) & ~backslashes) | ((word - 0x20202020) & ~word);
  return (found & 0x80808080) === 0;
}

const [trueBytes, falseBytes] = [Buffer.from('true'), Buffer.from('false')];

class BoolReader implements ValueReader {
  readonly #cells: Cells;
  readonly #staged: StagedColumn;

  constructor(cells: Cells, staged: StagedColumn) {
    this.#cells = cells;
    this.#staged = staged;
  }

  read(bytes: Buffer, at: number, end: number, row: number): number {
    const value = standsAt(bytes, at, trueBytes);
    if (!value && !standsAt(bytes, at, falseBytes)) return unexpectedAt(at, end);
    this.#cells.write(value);
    this.#staged.set(row, this.#cells.low, this.#cells.high);
    return at + (value ? trueBytes.length : falseBytes.length);
  }
}

/** As many digits always make an integer that a `number` holds. */
const exactDigitsMax = 15;

class IntegerReader implements ValueReader {
  readonly #cells: Cells;
  readonly #staged: StagedColumn;
  readonly #isUnsigned: boolean;

  constructor(cells: Cells, staged: StagedColumn, isUnsigned: boolean) {
    this.#cells = cells;
    this.#staged = staged;
    this.#isUnsigned = isUnsigned;
  }

  read(bytes: Buffer, from: number, end: number, row: number): number {
    const isNegative = bytes[from] === minus;
    const start = isNegative ? from + 1 : from;
    let at = start;
    let value = 0;
    for (let digit = digitAt(bytes, at); digit >= 0; digit = digitAt(bytes, ++at)) value = value * 10 + digit;
    const digits = at - start;
    const next = bytes[at];
    if (digits === 0 || digits > exactDigitsMax || (digits > 1 && bytes[start] === zero)) return unexpectedAt(at, end);
    if (next === point || next === smallE || next === capitalE) return unusual;
    if (isNegative && value !== 0) {
      if (this.#isUnsigned) return unusual;
      value = -value;
    }
    this.#cells.write(value);
    this.#staged.set(row, this.#cells.low, this.#cells.high);
    return at;
  }
}

const powersOfTen = Array.from({ length: exactDigitsMax + 1 }, (_, exponent) => 10 ** exponent);

class DecimalReader implements ValueReader {
  readonly #cells: Cells;
  readonly #staged: StagedColumn;

  constructor(cells: Cells, staged: StagedColumn) {
    this.#cells = cells;
    this.#staged = staged;
  }

  read(bytes: Buffer, from: number, end: number, row: number): number {
    const isNegative = bytes[from] === minus;
    const start = isNegative ? from + 1 : from;
    let at = start;
    let digits = 0;
    for (let digit = digitAt(bytes, at); digit >= 0; digit = digitAt(bytes, ++at)) digits = digits * 10 + digit;
    let count = at - start;
    if (count === 0 || (count > 1 && bytes[start] === zero)) return unexpectedAt(at, end);
    let decimals = 0;
    if (bytes[at] === point) {
      const behindPoint = ++at;
      for (let digit = digitAt(bytes, at); digit >= 0; digit = digitAt(bytes, ++at)) digits = digits * 10 + digit;
      decimals = at - behindPoint;
      count += decimals;
      if (decimals === 0) return unexpectedAt(at, end);
    }
    const numberEnd = skipExponent(bytes, at);
    if (numberEnd < 0) return unexpectedAt(at, end);
    const isExact = count <= exactDigitsMax && numberEnd === at;
    // Both are exact, so what comes of the division is as near as can be.
    const size = isExact
      ? digits / (powersOfTen[decimals] as number)
      : Number(bytes.toString('latin1', start, numberEnd));
    if (size === Infinity) return unusual;
    this.#cells.write(isNegative && size !== 0 ? -size : size);
    this.#staged.set(row, this.#cells.low, this.#cells.high);
    return numberEnd;
  }
}

/** Where a number ends whose digits end here; negative where its exponent is wrong. */
function skipExponent(bytes: Uint8Array, from: number): number {
  let at = from;
  if (bytes[at] !== smallE && bytes[at] !== capitalE) return at;
  at++;
  if (bytes[at] === minus || bytes[at] === plus) at++;
  const start = at;
  while (digitAt(bytes, at) >= 0) at++;
  return at === start ? unusual : at;
}

/** The digit at a place; negative where there is none. */
function digitAt(bytes: Uint8Array, at: number): number {
  const digit = (bytes[at] as number) - zero;
  return digit <= 9 ? digit : -1;
}
