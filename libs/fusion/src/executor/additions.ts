import { FusionError } from '../errors.js';
import { linkedObjects, type ExistingObject, type MemberValue, type NewObject } from '../fql/plan.js';
import { objectsPerClassMax } from '../limits.js';
import type { ClassDefinition, Member } from '../schema/class-definition.js';
import type { Scalar } from '../schema/scalar.js';
import { ColumnDemand } from '../store/columns/column-demand.js';
import type { Store } from '../store/store.js';
import type { Row } from '../store/columns/column.js';
import type { Table } from '../store/table.js';
import { makeRoom } from './evict-objects.js';

/** What a write is about to add to one class. */
interface ClassAdditions {
  objects: number;
  readonly demands: Map<Member, ColumnDemand>;
  /** Objects that are there and are needed for the write. */
  readonly kept: Set<Row>;
}

/**
 * What every table has room for when it holds nothing else: its memory from the start is enough, whoever has taken the
 * rest.
 */
const surelyObjectsMax = 512;
const surelyWordsMax = 4096;

/** What a write is about to add, counted before anything changes. */
export class Additions {
  readonly #classes = new Map<ClassDefinition, ClassAdditions>();
  readonly #linked: ExistingObject[] = [];
  #objectCount = 0;

  /** How many new objects there are of all classes. */
  get objectCount(): number {
    return this.#objectCount;
  }

  /** Counts a new object, `times` over, with all new objects in it. */
  addObject(object: NewObject, times = 1): void {
    const { definition, values } = object;
    this.#objectCount += times;
    this.#of(definition).objects += times;
    values.forEach((value, position) => {
      const member = definition.members[position];
      if (value !== undefined && member) this.addValue(definition, member, value, times);
    });
  }

  /** Counts a value that a member is set to in `times` objects. */
  addValue(definition: ClassDefinition, member: Member, value: MemberValue, times = 1): void {
    const { demands } = this.#of(definition);
    let demand = demands.get(member);
    if (!demand) demands.set(member, (demand = new ColumnDemand()));
    if (member.kind === 'scalar') {
      demand.addValue(value as Scalar | readonly Scalar[], times);
      return;
    }
    const linked = linkedObjects(value);
    if (member.isArray) demand.addLinks(linked.length, times);
    for (const one of linked)
      if (one.kind === 'new') this.addObject(one, times);
      else this.#linked.push(one);
  }

  /** These objects are about to be changed. */
  keep({ definition }: Table, rows: readonly Row[]): void {
    const { kept } = this.#of(definition);
    for (const row of rows) kept.add(row);
  }

  /**
   * Makes room for everything, but in the table of a class that is not there yet. Throws {@link FusionError} 1503 when a
   * class or an index would become too large, and `LimitError` when there is no memory; nothing has changed then, but that
   * others may have been taken out of a store that evicts.
   */
  reserve(store: Store, newClass?: ClassDefinition): void {
    const tables = Array.from(this.#classes.keys(), (definition) => definition !== newClass && store.table(definition));
    const present = tables.filter((table) => table !== false);
    if (store.evicts) this.#evictFor(store, present);
    else for (const table of present) this.#reserveIn(table);
  }

  /** The same for the table of a class that is about to be there, and for its links to objects that come with it. */
  reserveNew(store: Store, table: Table): void {
    this.#reserveIn(table);
    for (const member of table.definition.members) {
      if (member.kind === 'link')
        table.reserveTargets(member, store.table(member.target).rowEnd + this.#of(member.target).objects);
    }
  }

  #evictFor(store: Store, tables: readonly Table[]): void {
    for (const { definition, oid } of this.#linked) {
      const table = store.table(definition);
      this.keep(
        table,
        [table.rowOf(oid)].filter((row) => row !== undefined),
      );
    }
    let isPossible: boolean | undefined;
    const fits = (): boolean => (isPossible ??= this.#missingBytes(tables) <= store.counters.bytesLeft);
    for (const table of tables) {
      const { kept } = this.#of(table.definition);
      makeRoom(store, table, kept, () => this.#reserveIn(table), fits);
    }
  }

  /** How many bytes more it would take if the tables held nothing. */
  #missingBytes(tables: readonly Table[]): number {
    let missing = 0;
    for (const table of tables) {
      const { objects, demands } = this.#of(table.definition);
      const isSmall = Array.from(demands.values(), ({ words }) => words).every((words) => words <= surelyWordsMax);
      if (!isSmall || objects > surelyObjectsMax) missing += table.bytesMissing(objects, demands);
    }
    return missing;
  }

  #reserveIn(table: Table): void {
    const { objects, demands } = this.#of(table.definition);
    reserveAdditions(table, objects, demands);
  }

  #of(definition: ClassDefinition): ClassAdditions {
    let additions = this.#classes.get(definition);
    if (!additions) this.#classes.set(definition, (additions = { objects: 0, demands: new Map(), kept: new Set() }));
    return additions;
  }
}

/**
 * Makes room for so many more objects of a class, and for their values. Throws {@link FusionError} 1503 when the class or
 * an index would become too large, and `LimitError` when there is no memory.
 */
export function reserveAdditions(table: Table, objects: number, demands: ReadonlyMap<Member, ColumnDemand>): void {
  if (table.size + objects > objectsPerClassMax)
    throw new FusionError(1503, `${table.definition.name} is limited to ${objectsPerClassMax} objects`);
  checkKeys(table, demands);
  table.reserve(objects, demands);
}

/** An index of lists may have more keys than there are objects. */
function checkKeys(table: Table, demands: ReadonlyMap<Member, ColumnDemand>): void {
  for (const [member, { keys }] of demands) {
    const index = member.kind === 'scalar' && member.isArray ? table.indexOf(member) : undefined;
    if (index && index.keyCount + keys > objectsPerClassMax) throw tooManyKeys(member);
  }
}

/** The error for an index that would have more values than it can. */
export function tooManyKeys({ name }: Member): FusionError {
  return new FusionError(1503, `the index of ${name} is limited to ${objectsPerClassMax} keys`);
}
