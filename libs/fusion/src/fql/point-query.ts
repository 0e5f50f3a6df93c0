import { oidBytes, oidTextLength, readOid } from '@syncytium/codec';
import { nameCharsMax, qidCharsMax } from '../limits.js';

/** Most objects that a point query is about. */
export const pointObjectsMax = 16;

const getStart = Buffer.from('{"GET":{"');
const findStart = Buffer.from('{"FIND":{"');
const qidKey = Buffer.from('_qid":"');
const qidEnd = Buffer.from('","');
const oidsStart = Buffer.from('":{"_oids":["');
const nextOid = Buffer.from('","');
const oidsEnd = Buffer.from('"]}}}');
const membersStart = Buffer.from('":{"');
const valueStart = Buffer.from('":');
const end = Buffer.from('}}}');
const textEnd = Buffer.from('"}}}');

const quote = 0x22;
const backslash = 0x5c;
const digitsMax = 15;

/**
 * A query for a few objects as programs write it, without white space and escapes, read without taking it apart:
 * `{"GET":{"Person":{"_oids":[".."]}}}`, or a FIND with one term, `{"FIND":{"Person":{"name":"Ada"}}}`, either with a `_qid`
 * before the class. What it says is left where it stands. One object serves for many queries in turn.
 *
 * Whatever else a text says, right or wrong, is for {@link parseQuery}.
 */
export class PointQuery {
  name: 'GET' | 'FIND' = 'GET';
  /** Where the `_qid` stands; `qidStart` is 0 where there is none. */
  qidStart = 0;
  qidEnd = 0;
  classStart = 0;
  classEnd = 0;
  /** Of GET: the OIDs, 16 bytes each. */
  readonly oids = Buffer.alloc(pointObjectsMax * oidBytes);
  oidCount = 0;
  /** Of FIND: the member, and its value as it stands between quotes, or the digits of a number. */
  memberStart = 0;
  memberEnd = 0;
  isText = false;
  valueStart = 0;
  valueEnd = 0;
  #bytes: Uint8Array = getStart;
  #at = 0;

  /** Whether the bytes are such a query; then all of it is read. */
  read(bytes: Uint8Array): boolean {
    this.#bytes = bytes;
    this.#at = 0;
    if (this.#accept(getStart)) this.name = 'GET';
    else if (this.#accept(findStart)) this.name = 'FIND';
    else return false;
    if (!this.#readQid()) return false;
    this.classStart = this.#at;
    if (!this.#skipName()) return false;
    this.classEnd = this.#at;
    return (this.name === 'GET' ? this.#readOids() : this.#readTerm()) && this.#at === bytes.length;
  }

  #readQid(): boolean {
    this.qidStart = 0;
    if (!this.#accept(qidKey)) return true;
    this.qidStart = this.#at;
    this.#skipText();
    this.qidEnd = this.#at;
    return this.qidEnd - this.qidStart <= qidCharsMax && this.#accept(qidEnd);
  }

  #readOids(): boolean {
    this.oidCount = 0;
    if (!this.#accept(oidsStart)) return false;
    do {
      if (this.oidCount === pointObjectsMax) return false;
      if (!readOid(this.#bytes, this.#at, this.oids, this.oidCount++ * oidBytes)) return false;
      this.#at += oidTextLength;
    } while (this.#accept(nextOid));
    return this.#accept(oidsEnd);
  }

  #readTerm(): boolean {
    if (!this.#accept(membersStart)) return false;
    this.memberStart = this.#at;
    if (!this.#skipName()) return false;
    this.memberEnd = this.#at;
    if (!this.#accept(valueStart)) return false;
    this.isText = this.#bytes[this.#at] === quote;
    if (this.isText) this.#at++;
    this.valueStart = this.#at;
    if (this.isText) this.#skipText();
    else if (!this.#skipDigits()) return false;
    this.valueEnd = this.#at;
    return this.#accept(this.isText ? textEnd : end);
  }

  #accept(piece: Uint8Array): boolean {
    const bytes = this.#bytes;
    const at = this.#at;
    for (let i = 0; i < piece.length; i++) if (bytes[at + i] !== piece[i]) return false;
    this.#at = at + piece.length;
    return true;
  }

  /** A name as a class or member has it, at least one character of it. */
  #skipName(): boolean {
    const bytes = this.#bytes;
    const start = this.#at;
    let at = start;
    while (isLetter(bytes[at]) || (at > start && isDigitOrUnderscore(bytes[at]))) at++;
    this.#at = at;
    return at > start && at - start <= nameCharsMax;
  }

  /** Characters that stand for themselves. */
  #skipText(): void {
    const bytes = this.#bytes;
    let at = this.#at;
    for (let byte = bytes[at]; byte !== undefined && isPlain(byte); byte = bytes[at]) at++;
    this.#at = at;
  }

  /** A whole number from 0. */
  #skipDigits(): boolean {
    const bytes = this.#bytes;
    const start = this.#at;
    let at = start;
    while (isDigit(bytes[at])) at++;
    this.#at = at;
    const count = at - start;
    return count === 1 || (count > 1 && count <= digitsMax && bytes[start] !== 0x30);
  }
}

function isPlain(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f && byte !== quote && byte !== backslash;
}

function isLetter(byte = 0): boolean {
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x7a;
}

function isDigit(byte = 0): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isDigitOrUnderscore(byte = 0): boolean {
  return isDigit(byte) || byte === 0x5f;
}
