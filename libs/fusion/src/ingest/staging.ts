import type { NewObject } from '../fql/plan.js';
import type { ClassDefinition } from '../schema/class-definition.js';
import { StagedRows } from '../store/staged-rows.js';
import type { Store } from '../store/store.js';
import { ClassReader } from './class-reader.js';
import { unusual } from './json-bytes.js';
import { stageObject } from './stage-object.js';

/** Objects of one class that a STORE is to make, with the new objects in them: those read so far. */
export class Staging {
  /** Of the class itself. */
  readonly roots: StagedRows;
  readonly #store: Store;
  readonly #rows = new Map<ClassDefinition, StagedRows>();
  /** The same as a list, since an iterator for each object would be garbage of 300 MB in a long query. */
  readonly #all: StagedRows[] = [];
  readonly #readers = new Map<ClassDefinition, ClassReader>();
  readonly #reader: ClassReader;

  constructor(store: Store, definition: ClassDefinition) {
    this.#store = store;
    this.roots = this.rowsOf(definition);
    this.#reader = this.#readerOf(definition);
  }

  /** The rows of all classes. */
  get all(): readonly StagedRows[] {
    return this.#all;
  }

  /** Whether the classes are still those that the rows were made for. */
  get isCurrent(): boolean {
    const { definition } = this.roots;
    return this.#store.catalogue.find(definition.name) === definition;
  }

  readonly rowsOf = (definition: ClassDefinition): StagedRows => {
    let rows = this.#rows.get(definition);
    if (!rows) {
      rows = new StagedRows(this.#store.table(definition));
      this.#rows.set(definition, rows);
      this.#all.push(rows);
    }
    return rows;
  };

  /**
   * Reads the object at a place. Says where it ends, or `incomplete` or `unusual`; then there is nothing of it. Throws
   * `LimitError` where there is no room.
   */
  read(bytes: Buffer, at: number, end: number): number {
    this.#keep();
    let next = unusual;
    try {
      next = this.#reader.read(bytes, at, end);
    } finally {
      if (next < 0) this.takeBack();
    }
    return next;
  }

  /** Takes an object that was read in another way. Throws `LimitError` where there is no room. */
  add(object: NewObject): void {
    this.#keep();
    try {
      stageObject(object, this.rowsOf);
    } catch (error) {
      this.takeBack();
      throw error;
    }
  }

  /** Forgets the object that was read last. */
  takeBack(): void {
    for (const rows of this.all) rows.takeBack();
  }

  readonly #readerOf = (definition: ClassDefinition): ClassReader => {
    let reader = this.#readers.get(definition);
    if (!reader) this.#readers.set(definition, (reader = new ClassReader(this.rowsOf(definition), this.#readerOf)));
    return reader;
  };

  #keep(): void {
    for (const rows of this.all) rows.keep();
  }
}
