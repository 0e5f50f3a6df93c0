import { FusionError } from '../errors.js';
import { classesMax } from '../limits.js';
import type { ClassDefinition } from './class-definition.js';
import { shorten } from './names.js';

/** The classes that exist, in the order they were created. */
export class Catalogue {
  readonly #classes: Map<string, ClassDefinition>;

  constructor(classes: Iterable<ClassDefinition> = []) {
    this.#classes = new Map(Array.from(classes, (definition) => [definition.name, definition]));
  }

  get size(): number {
    return this.#classes.size;
  }

  find(name: string): ClassDefinition | undefined {
    return this.#classes.get(name);
  }

  /** The class of that name. Throws {@link FusionError} 1000 when there is none. */
  get(name: string): ClassDefinition {
    const definition = this.#classes.get(name);
    if (!definition) throw new FusionError(1000, shorten(name));
    return definition;
  }

  /** Throws {@link FusionError} 1001 when the name is taken, 1002 when there are {@link classesMax} classes. */
  add(definition: ClassDefinition): void {
    if (this.#classes.has(definition.name)) throw new FusionError(1001, definition.name);
    this.requireRoom();
    this.#classes.set(definition.name, definition);
  }

  /** Throws {@link FusionError} 1002 when there are {@link classesMax} classes already. */
  requireRoom(): void {
    if (this.#classes.size >= classesMax) throw new FusionError(1002, `there are ${classesMax} classes, the most`);
  }

  clear(): void {
    this.#classes.clear();
  }

  [Symbol.iterator](): IterableIterator<ClassDefinition> {
    return this.#classes.values();
  }
}
