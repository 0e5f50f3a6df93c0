import type { Scalar, ScalarType } from '../../schema/scalar.js';
import type { ValueTest } from '../../schema/value-test.js';
import { finishHash, mixWord } from '../hash.js';
import { integerBytesMax, writeAscii, writeInteger, type JsonTarget } from '../json-target.js';
import { allOf, CellTest, NotTest, type CellVectors } from './cell-test.js';
import type { Cells, Sought } from './cells.js';

const sign = -(2 ** 31);
const two32 = 2 ** 32;
const wordMax = 2 ** 31 - 1;

/**
 * Values of 64 bits in an order-keeping form: of two values the smaller one has the smaller `high`, and where these are
 * equal the smaller `low`, both compared as signed numbers. Equal values have equal words.
 */
abstract class NumberCells implements Cells {
  low = 0;
  high = 0;
  readonly isHashed = false;
  readonly #hashSeed: number;

  constructor(hashSeed: number) {
    this.#hashSeed = hashSeed;
  }

  abstract write(value: Scalar): void;
  abstract read(low: number, high: number): Scalar;

  touch(): number {
    return 0;
  }

  release(): void {
    // A number refers to nothing.
  }

  hash(low: number, high: number): number {
    return finishHash(mixWord(mixWord(this.#hashSeed, low), high));
  }

  areEqual(low: number, high: number, otherLow: number, otherHigh: number): boolean {
    return low === otherLow && high === otherHigh;
  }

  compare(low: number, high: number, otherLow: number, otherHigh: number): number {
    return high === otherHigh ? low - otherLow : high - otherHigh;
  }

  writeJson(low: number, high: number, target: JsonTarget): void {
    writeAscii(target, String(this.read(low, high)));
  }

  compile(tests: readonly ValueTest[]): CellTest {
    const range = new RangeTest();
    const others: CellTest[] = [];
    for (const test of tests) {
      if (test.operator === 'in') others.push(new SetTest(Array.from(test.values, (value) => this.#cell(value))));
      else if (test.operator === '!=') others.push(new NotTest(this.seek(test.value).test));
      else if (test.operator !== 'prefix') this.#narrow(range, test.operator, test.value);
    }
    if (others.length === 0) return range;
    return allOf(range.isEverything ? others : [range, ...others]);
  }

  seek(value: Scalar): Sought {
    const test = new RangeTest();
    this.#narrow(test, '==', value);
    return { hash: this.hash(this.low, this.high), test };
  }

  seekPlain(bytes: Uint8Array, start: number, end: number): Sought {
    let value = 0;
    for (let at = start; at < end; at++) value = value * 10 + (bytes[at] as number) - 0x30;
    return this.seek(value);
  }

  reserve(): void {
    // A number takes no block.
  }

  keepOnly(): void {
    // Nothing is referred to.
  }

  #narrow(range: RangeTest, operator: '==' | '<' | '<=' | '>' | '>=', value: Scalar): void {
    this.write(value);
    const { low, high } = this;
    if (operator === '==' || operator === '>=') range.raise(low, high);
    if (operator === '==' || operator === '<=') range.lower(low, high);
    if (operator === '>') {
      if (low < wordMax) range.raise(low + 1, high);
      else if (high < wordMax) range.raise(sign, high + 1);
      else range.empty();
    }
    if (operator === '<') {
      if (low > sign) range.lower(low - 1, high);
      else if (high > sign) range.lower(wordMax, high - 1);
      else range.empty();
    }
  }

  #cell(value: Scalar): readonly [low: number, high: number] {
    this.write(value);
    return [this.low, this.high];
  }
}

/** Integers of 64 bits, exact. */
class IntegerCells extends NumberCells {
  /** What turns the upper word into one whose order is that of signed numbers. */
  readonly #flip: number;

  constructor(hashSeed: number, isSigned: boolean) {
    super(hashSeed);
    this.#flip = isSigned ? 0 : sign;
  }

  write(value: Scalar): void {
    if (typeof value === 'bigint') {
      this.low = Number(BigInt.asIntN(32, value)) ^ sign;
      this.high = Number(BigInt.asIntN(32, value >> 32n)) ^ this.#flip;
    } else {
      this.low = (value as number) ^ sign;
      this.high = Math.floor((value as number) / two32) ^ this.#flip;
    }
  }

  read(low: number, high: number): number | bigint {
    const lower = (low ^ sign) >>> 0;
    const upper = this.#flip === 0 ? high : (high ^ sign) >>> 0;
    const value = upper * two32 + lower;
    return Number.isSafeInteger(value) ? value : (BigInt(upper) << 32n) | BigInt(lower);
  }

  override writeJson(low: number, high: number, target: JsonTarget): void {
    const small = low ^ sign;
    // The upper word of what 32 bits hold, too, only repeats the sign.
    if (this.#flip === 0 && high === small >> 31) {
      target.reserve(integerBytesMax);
      writeInteger(target, small);
    } else super.writeJson(low, high, target);
  }
}

class DecimalCells extends NumberCells {
  readonly #double = new Float64Array(1);
  readonly #words = new Int32Array(this.#double.buffer);

  write(value: Scalar): void {
    this.#double[0] = value as number;
    const [low = 0, high = 0] = this.#words;
    // The larger the bits of a negative number, the smaller it is.
    this.low = (high < 0 ? ~low : low) ^ sign;
    this.high = high < 0 ? ~high ^ sign : high;
  }

  read(low: number, high: number): number {
    this.#words[0] = high < 0 ? ~(low ^ sign) : low ^ sign;
    this.#words[1] = high < 0 ? ~(high ^ sign) : high;
    return this.#double[0] as number;
  }
}

class BoolCells extends NumberCells {
  write(value: Scalar): void {
    this.low = 0;
    this.high = value === true ? 1 : 0;
  }

  read(_low: number, high: number): boolean {
    return high === 1;
  }
}

/** The cells of a type whose values are no texts. */
export function makeNumberCells(type: Exclude<ScalarType, 'string'>, hashSeed: number): Cells {
  if (type === 'decimal') return new DecimalCells(hashSeed);
  return type === 'bool' ? new BoolCells(hashSeed) : new IntegerCells(hashSeed, type === 'int');
}

/** From one value to another, both included. */
class RangeTest extends CellTest {
  #lowMin = sign;
  #highMin = sign;
  #lowMax = wordMax;
  #highMax = wordMax;

  get isEverything(): boolean {
    return this.#lowMin === sign && this.#highMin === sign && this.#lowMax === wordMax && this.#highMax === wordMax;
  }

  raise(low: number, high: number): void {
    if (high < this.#highMin || (high === this.#highMin && low < this.#lowMin)) return;
    this.#lowMin = low;
    this.#highMin = high;
  }

  lower(low: number, high: number): void {
    if (high > this.#highMax || (high === this.#highMax && low > this.#lowMax)) return;
    this.#lowMax = low;
    this.#highMax = high;
  }

  empty(): void {
    this.#highMin = wordMax;
    this.#lowMin = wordMax;
    this.#highMax = sign;
    this.#lowMax = sign;
  }

  passes(low: number, high: number): boolean {
    if (high < this.#highMin || high > this.#highMax) return false;
    return !(high === this.#highMin && low < this.#lowMin) && !(high === this.#highMax && low > this.#lowMax);
  }

  override collect(cells: CellVectors, from: number, end: number, into: Int32Array): number {
    const lows = cells.lows.view;
    const highs = cells.highs.view;
    const lowMin = this.#lowMin;
    const lowMax = this.#lowMax;
    const highMin = this.#highMin;
    const highMax = this.#highMax;
    let count = 0;
    if (highMin === highMax) {
      // Small numbers all have the same upper word, so the lower one tells sooner.
      for (let at = from; at < end; at++) {
        const low = lows[at] as number;
        if (low >= lowMin && low <= lowMax && highs[at] === highMin) into[count++] = at;
      }
      return count;
    }
    for (let at = from; at < end; at++) {
      const high = highs[at] as number;
      if (high < highMin || high > highMax) continue;
      const low = lows[at] as number;
      if ((high > highMin || low >= lowMin) && (high < highMax || low <= lowMax)) into[count++] = at;
    }
    return count;
  }
}

class SetTest extends CellTest {
  readonly #lowsByHigh = new Map<number, Set<number>>();

  constructor(cells: readonly (readonly [low: number, high: number])[]) {
    super();
    for (const [low, high] of cells) {
      const lows = this.#lowsByHigh.get(high);
      if (lows) lows.add(low);
      else this.#lowsByHigh.set(high, new Set([low]));
    }
  }

  passes(low: number, high: number): boolean {
    return this.#lowsByHigh.get(high)?.has(low) === true;
  }
}
