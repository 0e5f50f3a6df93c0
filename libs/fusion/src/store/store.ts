import { assert, LimitError, type Prng } from '@syncytium/kit';
import { objectsPerClassMax, sharedBuffersMax } from '../limits.js';
import { makeOid, type Oid } from '../oid.js';
import { Catalogue } from '../schema/catalogue.js';
import type { ClassDefinition } from '../schema/class-definition.js';
import { formatDefinitions, parseDefinitions } from '../schema/definitions-json.js';
import type { TableOptions } from './columns/make-column.js';
import type { Steps } from './in-steps.js';
import { Changes } from './journal/changes.js';
import { ChangeCounters } from './memory/change-counters.js';
import type { RowSet } from './row-set.js';
import { Table } from './table.js';
import type { TableLayout, TableSetting } from './table-parts.js';

export interface StoreOptions {
  /** Where OIDs come from. */
  readonly prng: Prng;
  /** Most objects of a class. */
  readonly rowsMax?: number;
  /** Most words of the texts, or of the lists, of one member: 2^30, 4 GiB, unless told. */
  readonly heapWordsMax?: number;
  /** Most values that one change sets, and most runs of rows that it fills or empties: 67,108,863 unless told. */
  readonly changesMax?: number;
  /** Most bytes that objects and indexes may take: as many as there are unless told. */
  readonly memoryBytesMax?: number | undefined;
  /** Whether whoever writes takes objects out when there is no memory for others; not unless told. */
  readonly evicts?: boolean | undefined;
}

/** All that another thread needs to read a store, or to go on writing it; for `postMessage`. */
export interface StoreLayout {
  /** The classes as JSON. */
  readonly definitions: string;
  /** One for each class, in their order. */
  readonly tables: readonly TableLayout[];
  readonly options: TableOptions;
  /** Counts what changes for all threads. */
  readonly counters: SharedArrayBuffer;
  /** What the thread that writes notes of a change. */
  readonly journal: SharedArrayBuffer;
  /** The {@link Store.layoutVersion} it belongs to. */
  readonly version: number;
}

/**
 * The objects of all classes with their links and indexes, in shared memory. It knows no query language, checks no values
 * and refuses nothing: whoever writes has made sure of what is written.
 *
 * Threads may attach to the store of another one. Only one thread at a time may write, while none reads; a reader calls
 * {@link Store.refresh} before it reads again, and attaches anew when it {@link Store.isOutdated}.
 */
export class Store {
  readonly catalogue = new Catalogue();
  readonly #prng: Prng;
  readonly #options: TableOptions;
  readonly #counters: ChangeCounters;
  readonly #changes: Changes;
  readonly #tables = new Map<ClassDefinition, Table>();
  /** Those whose objects expire. */
  readonly #expiring: Table[] = [];
  readonly #layoutSeen: number | undefined;
  #growthsSeen = 0;

  constructor(options: StoreOptions, layout?: StoreLayout) {
    const {
      prng,
      rowsMax = objectsPerClassMax,
      heapWordsMax = 2 ** 30,
      changesMax,
      memoryBytesMax = Infinity,
      evicts = false,
    } = options;
    this.#prng = prng;
    this.#options = layout?.options ?? { rowsMax, heapWordsMax, hashSeed: prng.uint32(), evicts };
    this.#counters = new ChangeCounters(memoryBytesMax, layout?.counters);
    this.#changes = new Changes(this.#counters, layout?.journal, changesMax);
    this.#layoutSeen = layout?.version;
  }

  /** The store that another thread described with {@link Store.layout}; `prng` is for OIDs, should this one write. */
  static attach(layout: StoreLayout, prng: Prng): Store {
    const store = new Store({ prng }, layout);
    store.#growthsSeen = store.#counters.growths;
    parseDefinitions(layout.definitions).forEach((definition, i) =>
      store.#add(new Table(definition, store.#setting(i), layout.tables[i])),
    );
    return store;
  }

  /** How many objects there are of all classes. */
  get size(): number {
    let size = 0;
    for (const table of this.#tables.values()) size += table.size;
    return size;
  }

  /** How many bytes of memory objects and indexes take, unused room included. */
  get memoryBytes(): number {
    return this.#counters.bytes;
  }

  /** Whether objects are taken out when there is no memory for others. */
  get evicts(): boolean {
    return this.#options.evicts;
  }

  /** What all threads count. */
  get counters(): ChangeCounters {
    return this.#counters;
  }

  /** Changes when classes or indexes come or go. */
  get layoutVersion(): number {
    return this.#counters.layouts;
  }

  /** Whether classes or indexes have come or gone since this store was attached; then it has to be attached anew. */
  get isOutdated(): boolean {
    return this.#layoutSeen !== undefined && this.#layoutSeen !== this.layoutVersion;
  }

  /** What another thread needs to attach to this store as it is now. */
  layout(): StoreLayout {
    return {
      definitions: formatDefinitions(this.catalogue),
      tables: Array.from(this.tables(), (table) => table.memory.layout()),
      options: this.#options,
      counters: this.#counters.shared,
      journal: this.#changes.journal.shared,
      version: this.layoutVersion,
    };
  }

  /** Makes what another thread has written visible here. Costs next to nothing when no buffer has grown. */
  refresh(): void {
    const growths = this.#counters.growths;
    if (growths === this.#growthsSeen) return;
    this.#growthsSeen = growths;
    for (const table of this.tables()) table.memory.refresh();
  }

  /** The tables of all classes, in the order the classes were created. */
  tables(): IterableIterator<Table> {
    return this.#tables.values();
  }

  /** The tables of the classes whose objects expire. */
  get expiring(): readonly Table[] {
    return this.#expiring;
  }

  /** The table of a class, which has to exist. */
  table(definition: ClassDefinition): Table {
    const table = this.#tables.get(definition);
    assert(table, `class ${definition.name} has no table`);
    return table;
  }

  /**
   * Creates a class. The classes it links to have to exist. Throws as {@link Catalogue.add} does, and `LimitError` when
   * there is no memory for it.
   *
   * @param prepare Makes room in the table before there is a class; should it throw, there is none.
   */
  createClass(definition: ClassDefinition, prepare?: (table: Table) => void): void {
    this.createClasses([definition], prepare);
  }

  /** Creates classes in their order, all or none. Throws as {@link Store.createClass} does. */
  createClasses(definitions: readonly ClassDefinition[], prepare?: (table: Table) => void): void {
    const planned = new Catalogue(this.catalogue);
    for (const definition of definitions) planned.add(definition);
    const tables = this.#makeTables(definitions, prepare);
    for (const table of tables) this.#add(table);
    this.#counters.countLayout();
  }

  /** What makes changes whole. */
  get changes(): Changes {
    return this.#changes;
  }

  /** Takes objects out with all links from and to them, all or none, as {@link Changes.removal} does. */
  removal(rows: ReadonlyMap<Table, RowSet>): Steps<void> {
    return this.#changes.removal(new Map(Array.from(rows, ([{ writer }, some]) => [writer, some])));
  }

  /**
   * Makes sound what the thread that wrote before has left, wherever it died: what it was changing is undone or carried
   * through, and what belongs to nothing is given back. Nobody must read meanwhile. This has to be attached to the store
   * as others know it: classes and indexes that the thread has told nobody of are gone with it.
   */
  recover(): void {
    this.#changes.recover(this.#layoutSeen ?? this.layoutVersion);
    // Something may have grown, and the thread died before it said so.
    this.#counters.countGrowth();
    let bytes = 0;
    for (const table of this.tables()) bytes += table.memory.bytes;
    this.#counters.bytes = bytes;
  }

  /** Where OIDs come from. */
  get prng(): Prng {
    return this.#prng;
  }

  /** An OID that no object has. */
  makeOid(): Oid {
    return makeOid(this.#prng);
  }

  /** Takes out all objects and all classes; says how many objects there were. */
  clear(): number {
    const size = this.size;
    this.#tables.clear();
    this.#expiring.length = 0;
    this.catalogue.clear();
    this.#changes.clear();
    this.#counters.bytes = 0;
    this.#counters.countLayout();
    return size;
  }

  #setting(number: number): TableSetting {
    return { options: this.#options, counters: this.#counters, changes: this.#changes, number };
  }

  #add(table: Table): void {
    const { definition } = table;
    this.#changes.add(table.writer);
    this.catalogue.add(definition);
    this.#tables.set(definition, table);
    if (table.expiries) this.#expiring.push(table);
    for (const member of definition.members)
      if (member.kind === 'link') table.linkTo(this.table(member.target), member);
  }

  #makeTables(definitions: readonly ClassDefinition[], prepare?: (table: Table) => void): readonly Table[] {
    const before = this.#counters.bytes;
    try {
      const tables = definitions.map((definition, i) => new Table(definition, this.#setting(this.#tables.size + i)));
      this.#refuseTooMany(tables);
      for (const table of tables) {
        this.#reserveTargets(table);
        prepare?.(table);
      }
      return tables;
    } catch (error) {
      this.#counters.bytes = before;
      throw error;
    }
  }

  /** Room for links to the objects that are there; to those that come, their own table sees. */
  #reserveTargets(table: Table): void {
    for (const member of table.definition.members)
      if (member.kind === 'link') table.reserveTargets(member, this.#tables.get(member.target)?.rowEnd ?? 0);
  }

  #refuseTooMany(added: readonly Table[]): void {
    let buffers = 0;
    for (const table of [...this.tables(), ...added]) buffers += table.memory.bufferCount;
    if (buffers > sharedBuffersMax) throw new LimitError('the store', sharedBuffersMax, 'shared buffers');
  }
}
