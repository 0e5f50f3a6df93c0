import type { ClassDefinition, ScalarMember } from '../schema/class-definition.js';
import type { ScalarColumn } from './columns/column.js';
import { eachInSteps, type Steps } from './in-steps.js';
import { MemberIndex } from './indexes/member-index.js';
import type { SharedBitmap } from './memory/shared-bitmap.js';
import { SharedBuffers } from './memory/shared-buffers.js';
import type { SharedMemory } from './memory/shared-memory.js';
import type { TableSetting } from './table-parts.js';

interface IndexEntry {
  readonly index: MemberIndex;
  readonly buffers: SharedBuffers;
}

/** An index that nobody sees yet: to be shown, or its memory to be given back. */
export interface BuiltIndex {
  readonly show: () => void;
  readonly discard: () => void;
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
  add(member: ScalarMember, column: ScalarColumn, given?: readonly SharedMemory[]): void {
    const { counters, options } = this.#setting;
    const buffers = new SharedBuffers(counters, given, options.evicts);
    this.#entries.set(member.position, { index: this.#make(member, column, buffers), buffers });
  }

  /**
   * Makes an index of all values of a member that has none, in steps, between which others may read: nobody sees it until it
   * is shown. Throws `LimitError` when there is no memory for it.
   */
  *build(member: ScalarMember, column: ScalarColumn, rowEnd: number): Steps<BuiltIndex> {
    const { counters, options } = this.#setting;
    const buffers = new SharedBuffers(counters, undefined, options.evicts);
    const discard = (): void => void (counters.bytes -= buffers.bytes);
    try {
      const index = this.#make(member, column, buffers);
      yield* eachInSteps(this.#live.each(rowEnd), (row) => index.add(row), member.isArray ? 'heavy' : 'usual');
      const show = (): void => {
        this.#entries.set(member.position, { index, buffers });
        counters.countLayout();
      };
      return { show, discard };
    } catch (error) {
      discard();
      throw error;
    }
  }

  /** Takes a member's index away. */
  drop({ position }: ScalarMember): void {
    const { counters } = this.#setting;
    counters.bytes -= this.#entries.get(position)?.buffers.bytes ?? 0;
    this.#entries.delete(position);
    counters.countLayout();
  }

  #make({ name, isArray }: ScalarMember, column: ScalarColumn, buffers: SharedBuffers): MemberIndex {
    const what = `index of ${this.#definition.name}.${name}`;
    return new MemberIndex(buffers, what, this.#setting.options.rowsMax, column, this.#live, isArray);
  }
}
