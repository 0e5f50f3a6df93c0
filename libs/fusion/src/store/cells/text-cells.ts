import type { Scalar } from '../../schema/scalar.js';
import type { ValueTest } from '../../schema/value-test.js';
import type { JsonTarget } from '../json-target.js';
import type { BlockDemand } from '../memory/block-demand.js';
import type { SharedBuffers } from '../memory/shared-buffers.js';
import { allOf, CellTest, NotTest, type CellVectors } from './cell-test.js';
import type { Cells, EachCell, Sought } from './cells.js';
import { EncodedText } from './encoded-text.js';
import { TextHeap } from './text-heap.js';

/** Texts: `low` is where a text is in the heap, `high` its hash. */
export class TextCells implements Cells {
  low = 0;
  high = 0;
  readonly isHashed = true;
  readonly #heap: TextHeap;
  readonly #hashSeed: number;
  readonly #text: EncodedText;
  readonly #sought: EncodedText;

  constructor(buffers: SharedBuffers, what: string, hashSeed: number, wordsMax?: number) {
    this.#heap = new TextHeap(buffers, what, wordsMax);
    this.#hashSeed = hashSeed;
    this.#text = new EncodedText(hashSeed);
    this.#sought = new EncodedText(hashSeed);
  }

  write(value: Scalar): void {
    this.#text.encode(value as string);
    this.low = this.#heap.write(this.#text);
    this.high = this.#text.hash;
  }

  /** Writes a text that stands in bytes as {@link EncodedText} would have it; at least three bytes follow it. */
  writeEncoded(bytes: DataView, from: number, byteLength: number, hasEscape: boolean): void {
    this.low = this.#heap.writeEncoded(bytes, from, byteLength, hasEscape, this.#hashSeed);
    this.high = this.#heap.hash;
  }

  read(low: number): string {
    return this.#heap.read(low);
  }

  release(low: number): void {
    this.#heap.release(low);
  }

  hash(_low: number, high: number): number {
    return high;
  }

  areEqual(low: number, high: number, otherLow: number, otherHigh: number): boolean {
    return high === otherHigh && this.#heap.areEqual(low, otherLow);
  }

  compare(low: number, _high: number, otherLow: number): number {
    return this.#heap.compare(low, otherLow);
  }

  writeJson(low: number, _high: number, target: JsonTarget): void {
    this.#heap.writeJson(low, target);
  }

  compile(tests: readonly ValueTest[]): CellTest {
    return allOf(tests.map((test) => this.#compileOne(test)));
  }

  seek(value: Scalar): Sought {
    this.#sought.encode(value as string);
    return this.#seekSought();
  }

  seekPlain(bytes: Uint8Array, start: number, end: number): Sought {
    this.#sought.copy(bytes, start, end);
    return this.#seekSought();
  }

  touch(low: number): number {
    return this.#heap.touch(low);
  }

  reserve(demand: BlockDemand): void {
    this.#heap.blocks.reserve(demand);
  }

  keepOnly(each: EachCell): void {
    this.#heap.keepOnly((keep) => each(keep));
  }

  #seekSought(): Sought {
    return { hash: this.#sought.hash, test: new EqualText(this.#heap, this.#sought) };
  }

  #compileOne(test: ValueTest): CellTest {
    switch (test.operator) {
      case '==':
        return this.#equal(test.value);
      case '!=':
        return new NotTest(this.#equal(test.value));
      case 'in':
        return new TextSetTest(
          this.#heap,
          Array.from(test.values, (value) => this.#encode(value as string)),
        );
      case 'prefix':
        return new PrefixTest(this.#heap, this.#encode(test.value));
      default:
        return new OrderTest(this.#heap, this.#encode(test.value as string), test.value as string, test.operator);
    }
  }

  #equal(value: Scalar): CellTest {
    return new EqualText(this.#heap, this.#encode(value as string));
  }

  #encode(value: string): EncodedText {
    const text = new EncodedText(this.#hashSeed);
    text.encode(value);
    return text;
  }
}

/** A test that compares with one text. */
abstract class OneTextTest extends CellTest {
  constructor(
    protected readonly heap: TextHeap,
    protected readonly text: EncodedText,
  ) {
    super();
  }
}

/** So many equal hashes are looked for one by one; where there are more in a batch, they are not far from each other. */
const looksMax = 256;

class EqualText extends OneTextTest {
  passes(low: number, high: number): boolean {
    return high === this.text.hash && this.heap.holds(low, this.text);
  }

  override collect(cells: CellVectors, from: number, end: number, into: Int32Array): number {
    const refs = cells.lows.view;
    const looks = cells.highs.collect(this.text.hash, from, end, into, looksMax);
    const next = looks < looksMax ? end : (into[looks - 1] as number) + 1;
    let count = 0;
    for (let i = 0; i < looks; i++) {
      const at = into[i] as number;
      if (this.heap.holds(refs[at] as number, this.text)) into[count++] = at;
    }
    return this.#collectDense(cells, next, end, into, count);
  }

  #collectDense(cells: CellVectors, from: number, end: number, into: Int32Array, already: number): number {
    const lows = cells.lows.view;
    const highs = cells.highs.view;
    let count = already;
    for (let at = from; at < end; at++) if (this.passes(lows[at] as number, highs[at] as number)) into[count++] = at;
    return count;
  }
}

class TextSetTest extends CellTest {
  readonly #heap: TextHeap;
  readonly #textsByHash = new Map<number, EncodedText[]>();

  constructor(heap: TextHeap, texts: readonly EncodedText[]) {
    super();
    this.#heap = heap;
    for (const text of texts) this.#textsByHash.set(text.hash, [...(this.#textsByHash.get(text.hash) ?? []), text]);
  }

  passes(low: number, high: number): boolean {
    const texts = this.#textsByHash.get(high);
    return texts?.some((text) => this.#heap.holds(low, text)) === true;
  }
}

class PrefixTest extends OneTextTest {
  passes(low: number): boolean {
    return this.heap.startsWith(low, this.text);
  }
}

class OrderTest extends OneTextTest {
  readonly #plain: string;
  /** Whether texts before, equal to and after it pass. */
  readonly #passing: readonly [before: boolean, equal: boolean, after: boolean];

  constructor(heap: TextHeap, text: EncodedText, plain: string, operator: '<' | '<=' | '>' | '>=') {
    super(heap, text);
    this.#plain = plain;
    this.#passing = [operator.startsWith('<'), operator.endsWith('='), operator.startsWith('>')];
  }

  passes(low: number): boolean {
    return this.#passing[Math.sign(this.heap.compareTo(low, this.text, this.#plain)) + 1] as boolean;
  }
}
