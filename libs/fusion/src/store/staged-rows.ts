import type { ClassDefinition, LinkMember, Member, ScalarMember } from '../schema/class-definition.js';
import type { Oid } from '../oid.js';
import type { Scalar } from '../schema/scalar.js';
import type { ScalarColumn } from './columns/column.js';
import type { Table } from './table.js';

/** Room for so many rows at first. */
const capacityMin = 256;

/**
 * Room for so many times as many when there is no more. Memory that is not used is not touched, so it costs nothing; what
 * is copied has to be touched again.
 */
const growth = 4;

/** The values of one member in staged rows: two words each, and whether there are any. */
export class StagedColumn {
  lows = new Int32Array(capacityMin);
  highs = new Int32Array(capacityMin);
  present = new Uint8Array(capacityMin);
  /** Where the values are made; `undefined` for links. */
  readonly column: ScalarColumn | undefined;

  constructor(column: ScalarColumn | undefined) {
    this.column = column;
  }

  set(row: number, low: number, high: number): void {
    this.lows[row] = low;
    this.highs[row] = high;
    this.present[row] = 1;
  }

  /** Gives back what a row has. */
  discard(row: number): void {
    if (this.present[row] !== 1) return;
    this.present[row] = 0;
    this.column?.discard(this.lows[row] as number, this.highs[row] as number);
  }

  /** All values are in the column now, so none are here any more: gives the memory they were in, two words for each row. */
  takeWords(): readonly [Int32Array, Int32Array] {
    const words = [this.lows, this.highs] as const;
    this.lows = noWords;
    this.highs = noWords;
    this.present = noBytes;
    return words;
  }

  grow(rows: number): void {
    this.lows = longer(this.lows, new Int32Array(rows));
    this.highs = longer(this.highs, new Int32Array(rows));
    this.present = longer(this.present, new Uint8Array(rows));
  }
}

const noWords = new Int32Array();
const noBytes = new Uint8Array();

/**
 * Objects of one class that are not in its table yet, in the order they were added. Their texts and lists are in the
 * memory of the table's columns already, where nobody sees them; the rest is here.
 *
 * What was taken away leaves unused OIDs and links behind until all is.
 */
export class StagedRows {
  readonly table: Table;
  readonly columns: readonly StagedColumn[];
  count = 0;
  /** OIDs of objects that exist and are linked. */
  readonly #oids: Oid[] = [];
  /** Links of all lists, one list after the other; a link that is no list is in its column. */
  readonly #links = new GrowingWords();
  #capacity = capacityMin;
  #kept = 0;

  constructor(table: Table) {
    this.table = table;
    this.columns = table.definition.members.map(
      (member) => new StagedColumn(member.kind === 'scalar' ? table.columnOf(member) : undefined),
    );
  }

  get definition(): ClassDefinition {
    return this.table.definition;
  }

  /** Begins the next row, which has no values. */
  add(): number {
    const row = this.count;
    if (row === this.#capacity) this.#grow();
    this.count = row + 1;
    for (const { present } of this.columns) present[row] = 0;
    return row;
  }

  /** Sets a member that has no value yet. Throws `LimitError` when there is no room for it. */
  setValue(row: number, member: ScalarMember, value: Scalar | readonly Scalar[]): void {
    const staged = this.column(member);
    const made = staged.column?.stage(value);
    if (made) staged.set(row, made.low, made.high);
  }

  /** Sets a member that links to one object, given as {@link StagedLink} says. */
  setLink(row: number, member: LinkMember, link: StagedLink): void {
    this.column(member).set(row, link, 1);
  }

  /** Sets a member that links to a list of objects. */
  setLinks(row: number, member: LinkMember, links: readonly StagedLink[]): void {
    this.column(member).set(row, this.#links.length, links.length);
    for (const link of links) this.#links.push(link);
  }

  /** Whether there are links to objects that exist. */
  get hasOids(): boolean {
    return this.#oids.length > 0;
  }

  /** The OID of an object that exists and is linked. */
  oidOf(link: StagedLink): Oid {
    return this.#oids[-1 - link] as Oid;
  }

  /** The links of a member in a row: to staged rows of the other class, or to objects that exist. */
  linksAt(row: number, member: LinkMember): readonly StagedLink[] {
    const { present, lows, highs } = this.column(member);
    if (present[row] === 0) return [];
    const low = lows[row] as number;
    return member.isArray ? this.#links.slice(low, low + (highs[row] as number)) : [low];
  }

  has(row: number, position: number): boolean {
    return this.columns[position]?.present[row] === 1;
  }

  /** The link to an object that exists. */
  linkTo(oid: Oid): StagedLink {
    return -this.#oids.push(oid);
  }

  /** All rows that there are now stay with {@link StagedRows.takeBack}. */
  keep(): void {
    this.#kept = this.count;
  }

  /** Takes away the rows that were added since {@link StagedRows.keep}. */
  takeBack(): void {
    this.cut(this.#kept);
  }

  /** Takes away the last rows, down to so many, with all they have. */
  cut(count: number): void {
    for (let row = count; row < this.count; row++) for (const column of this.columns) column.discard(row);
    this.count = count;
    if (count > 0) return;
    this.#oids.length = 0;
    this.#links.length = 0;
  }

  /** What is staged of a member. */
  column({ position }: Member): StagedColumn {
    return this.columns[position] as StagedColumn;
  }

  #grow(): void {
    this.#capacity *= growth;
    for (const column of this.columns) column.grow(this.#capacity);
  }
}

/** The number of a staged row of the other class, or that of an OID, from -1 downwards. */
export type StagedLink = number;

/** Words of which nobody knows how many there will be. */
class GrowingWords {
  words = new Int32Array(capacityMin);
  length = 0;

  push(word: number): void {
    if (this.length === this.words.length) this.words = longer(this.words, new Int32Array(2 * this.length));
    this.words[this.length++] = word;
  }

  slice(from: number, end: number): readonly number[] {
    return Array.from(this.words.subarray(from, end));
  }
}

function longer<A extends Int32Array | Uint8Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
