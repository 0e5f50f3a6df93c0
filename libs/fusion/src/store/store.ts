import { assert, type Prng } from '@syncytium/kit';
import { makeOid, type Oid } from '../oid.js';
import { Catalogue } from '../schema/catalogue.js';
import type { ClassDefinition } from '../schema/class-definition.js';
import { Table } from './table.js';

export interface StoreOptions {
  /** Where OIDs come from. */
  readonly prng: Prng;
}

/**
 * The objects of all classes with their links and indexes. It knows no query language, checks no values and refuses
 * nothing: whoever writes has made sure of what is written.
 */
export class Store {
  readonly catalogue = new Catalogue();
  readonly #prng: Prng;
  readonly #tables = new Map<ClassDefinition, Table>();

  constructor({ prng }: StoreOptions) {
    this.#prng = prng;
  }

  /** How many objects there are of all classes. */
  get size(): number {
    let size = 0;
    for (const table of this.#tables.values()) size += table.size;
    return size;
  }

  /** The tables of all classes, in the order the classes were created. */
  tables(): IterableIterator<Table> {
    return this.#tables.values();
  }

  /** The table of a class, which has to exist. */
  table(definition: ClassDefinition): Table {
    const table = this.#tables.get(definition);
    assert(table, `class ${definition.name} has no table`);
    return table;
  }

  /** Creates a class. The classes it links to have to exist. Throws as {@link Catalogue.add} does. */
  createClass(definition: ClassDefinition): void {
    this.catalogue.add(definition);
    const table = new Table(definition);
    for (const member of definition.members)
      if (member.kind === 'link') table.linkTo(this.table(member.target), member);
    this.#tables.set(definition, table);
  }

  /** An OID that no object has. */
  makeOid(): Oid {
    return makeOid(this.#prng);
  }

  /** Takes out all objects and all classes; says how many objects there were. */
  clear(): number {
    const size = this.size;
    this.#tables.clear();
    this.catalogue.clear();
    return size;
  }
}
