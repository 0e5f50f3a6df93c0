import type { FusionError } from '../errors.js';
import { toFusionError } from '../executor/executor.js';
import { bindObject } from '../fql/bind-object.js';
import { JsonObject, type JsonValue } from '../json/json-value.js';
import type { ClassDefinition } from '../schema/class-definition.js';
import type { Store } from '../store/store.js';
import { unusual } from './json-bytes.js';
import { Staging } from './staging.js';
import { LimitError } from '@syncytium/kit';

/**
 * Takes the objects of a STORE one after the other, and remembers the first thing that is wrong with them: what differs
 * from the class goes before what there is no room for. Once something is, objects are looked at, but not kept.
 */
export class ObjectSink {
  /** What is to be stored; `undefined` when the class does not exist. */
  readonly staging: Staging | undefined;
  readonly #definition: ClassDefinition | undefined;
  #misfit: FusionError | undefined;
  #noRoom: FusionError | undefined;

  constructor(store: Store, className: string) {
    try {
      this.#definition = store.catalogue.get(className);
      this.staging = new Staging(store, this.#definition);
    } catch (error) {
      this.#misfit = toFusionError(error);
    }
  }

  /** What is wrong; `undefined` while nothing is. */
  get error(): FusionError | undefined {
    return this.#misfit ?? this.#noRoom;
  }

  /** Reads the object at a place. Says where it ends, or `incomplete` or `unusual`; then it is not taken. */
  read(bytes: Buffer, at: number, end: number): number {
    if (!this.staging || this.#misfit) return unusual;
    try {
      const next = this.staging.read(bytes, at, end);
      if (this.#noRoom) this.staging.takeBack();
      return next;
    } catch (error) {
      this.#lackRoom(error);
      return unusual;
    }
  }

  /** Takes an object that has been read in another way. */
  take(json: JsonValue): void {
    if (!this.staging || !this.#definition || this.#misfit || !(json instanceof JsonObject)) return;
    try {
      const object = bindObject(json, this.#definition);
      if (!this.#noRoom) this.staging.add(object);
    } catch (error) {
      if (error instanceof LimitError) this.#lackRoom(error);
      else this.#misfit = toFusionError(error);
    }
  }

  #lackRoom(error: unknown): void {
    this.#noRoom ??= toFusionError(error);
  }
}
