import type { ClassDefinition, ScalarMember } from '../schema/class-definition.js';
import type { ScalarColumn } from './columns/column.js';
import { MemberIndex } from './indexes/member-index.js';
import type { SharedBitmap } from './memory/shared-bitmap.js';
import { SharedBuffers } from './memory/shared-buffers.js';
import type { SharedMemory } from './memory/shared-memory.js';
import type { TableSetting } from './table-parts.js';

interface IndexEntry {
  readonly index: MemberIndex;
  readonly buffers: SharedBuffers;
}

/** The indexes of a table, each in memory of its own, so that it can come and go. */
export class TableIndexes {
  readonly #definition: ClassDefinition;
  readonly #setting: TableSetting;
  readonly #live: SharedBitmap;
  readonly #entries = new Map<number, IndexEntry>();

  /** @param live The rows that hold objects. */
  constructor(definition: ClassDefinition, setting: TableSetting, live: SharedBitmap) {
    this.#definition = definition;
    this.#setting = setting;
    this.#live = live;
  }

  /** The index of the member at a position; `undefined` when it has none. */
  at(position: number): MemberIndex | undefined {
    return this.#entries.get(position)?.index;
  }

  /** All there are. */
  *[Symbol.iterator](): Generator<MemberIndex, void> {
    for (const { index } of this.#entries.values()) yield index;
  }

  /** Their memory, by the positions of their members. */
  get buffers(): ReadonlyMap<number, SharedBuffers> {
    return new Map(Array.from(this.#entries, ([position, { buffers }]) => [position, buffers]));
  }

  /** An index that is empty, or in the memory that has been given. Throws `LimitError` when there is no memory for it. */
  add(member: ScalarMember, column: ScalarColumn, given?: readonly SharedMemory[]): MemberIndex {
    const { name, position, isArray } = member;
    const { counters, options } = this.#setting;
    const buffers = new SharedBuffers(counters, given, options.evicts);
    const what = `index of ${this.#definition.name}.${name}`;
    const index = new MemberIndex(buffers, what, options.rowsMax, column, this.#live, isArray);
    this.#entries.set(position, { index, buffers });
    return index;
  }

  /** Makes an index of all values of a member that has none. Throws `LimitError` when there is no memory for it. */
  create(member: ScalarMember, column: ScalarColumn, rowEnd: number): void {
    const { counters } = this.#setting;
    const before = counters.bytes;
    try {
      const index = this.add(member, column);
      for (const row of this.#live.each(rowEnd)) index.add(row);
    } catch (error) {
      this.#entries.delete(member.position);
      counters.bytes = before;
      throw error;
    }
    counters.countLayout();
  }

  /** Takes a member's index away. */
  drop({ position }: ScalarMember): void {
    const { counters } = this.#setting;
    counters.bytes -= this.#entries.get(position)?.buffers.bytes ?? 0;
    this.#entries.delete(position);
    counters.countLayout();
  }
}
