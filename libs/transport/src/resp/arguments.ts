import { InternalError } from '@syncytium/kit';
import type { ListEnd } from '../broker.js';
import type { ByteKey } from '../keyspace/byte-key.js';
import { ReplyError } from './errors.js';
import * as texts from './reply-texts.js';

/** Redis's integers have 64 bits. Beyond 2^53 a number is rounded, which no reply can show. */
const int64Max = 2n ** 63n - 1n;
const int64Min = -(2n ** 63n);
const int32Max = 2 ** 31 - 1;
const int32Min = -(2 ** 31);

/**
 * The arguments of a command behind its name. The command's arity has been checked, so that those it counts on are
 * there. Throws {@link ReplyError} for an argument that is not what it must be.
 */
export class Arguments {
  readonly #args: readonly Buffer[];
  readonly #from: number;

  constructor(args: readonly Buffer[], from: number) {
    this.#args = args;
    this.#from = from;
  }

  /** The command's last word, as it came. */
  get name(): ByteKey {
    return this.key(-1);
  }

  get size(): number {
    return this.#args.length - this.#from;
  }

  /** As it came; a piece of what was received. */
  bytes(index: number): Buffer {
    const bytes = this.#args[this.#from + index];
    if (!bytes) throw new InternalError(`a command has no argument ${index}`);
    return bytes;
  }

  /** One character per byte. */
  key(index: number): ByteKey {
    return this.bytes(index).toString('latin1');
  }

  /** Keys from `start` to before `end` (all to the last unless told). */
  keys(start: number, end = this.size): ByteKey[] {
    const keys: ByteKey[] = [];
    for (let i = start; i < end; i++) keys.push(this.key(i));
    return keys;
  }

  /** An option's name, in capitals. */
  word(index: number): string {
    return this.key(index).toUpperCase();
  }

  /** A whole number of 64 bits, written without plus, spaces or leading zeros. */
  integer(index: number, problem = texts.notAnInteger): number {
    const text = this.key(index);
    if (!/^(0|-?[1-9]\d{0,18})$/.test(text)) throw new ReplyError(problem);
    const value = Number(text);
    if (!Number.isSafeInteger(value) && (BigInt(text) > int64Max || BigInt(text) < int64Min))
      throw new ReplyError(problem);
    return value;
  }

  /** A whole number of 32 bits. */
  int32(index: number): number {
    const value = this.integer(index);
    if (value < int32Min || value > int32Max) throw new ReplyError(texts.outOfRange(int32Min, int32Max));
    return value;
  }

  /** How many; 0 or more. */
  positive(index: number): number {
    const value = this.integer(index, texts.notPositive);
    if (value < 0) throw new ReplyError(texts.notPositive);
    return value;
  }

  /** Seconds with fractions as milliseconds; `Infinity` for 0, which means for ever. */
  timeoutMs(index: number): number {
    const text = this.key(index);
    if (/^[+-]?inf(inity)?$/i.test(text)) throw new ReplyError(texts.timeoutNegative);
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) throw new ReplyError(texts.timeoutNotFloat);
    const ms = Math.ceil(Number(text) * 1000);
    // As in Redis, where a number too large for 64 bits comes out negative.
    if (ms < 0 || ms > Number(int64Max)) throw new ReplyError(texts.timeoutNegative);
    return ms === 0 ? Infinity : ms;
  }

  /** `LEFT` or `RIGHT`. */
  listEnd(index: number): ListEnd {
    const word = this.word(index);
    if (word === 'LEFT') return 'left';
    if (word === 'RIGHT') return 'right';
    throw new ReplyError(texts.syntaxError);
  }
}
