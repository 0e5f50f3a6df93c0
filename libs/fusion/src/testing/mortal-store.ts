import { seededPrng, systemClock, type Clock, type Prng } from '@syncytium/kit';
import { Executor, type Outcome } from '../executor/executor.js';
import { parseQuery } from '../fql/parse-query.js';
import { BulkQuery } from '../ingest/bulk-query.js';
import { takeAll, type Steps } from '../store/in-steps.js';
import { Store, type StoreLayout } from '../store/store.js';
import { MortalMemory } from './mortal-memory.js';
import { copyLayout } from './store-copy.js';
import { contentsOf, expectSound } from './sound-store.js';
import { toBytes } from './test-engine.js';

/** A query, made of what is in the store that it is asked of, or how many expired objects are to be taken out. */
export type Ask =
  | {
      readonly query: (store: Store) => object;
      /** Whether it is read in pieces and carried out in steps. */
      readonly isLong?: boolean;
      /** A long query, of which pieces are read between the steps of this one, and which is given up then. */
      readonly beside?: object;
    }
  | { readonly expires: number };

/** How many bytes of a long query are read at a time. */
const pieceBytes = 100;

/** A store with who writes to it, as another thread may take over at any time. */
export class MortalStore {
  /** What the clock of all who write shows. */
  now = 0;
  readonly #clock: Clock = { ...systemClock, now: () => this.now };
  readonly #memory = new MortalMemory();
  readonly #prng: Prng;
  #store: Store;
  #executor: Executor;
  /** What is known of the store outside of the thread that writes. */
  #layout: StoreLayout;

  private constructor(layout: StoreLayout, seed: number) {
    this.#prng = seededPrng(seed);
    this.#layout = layout;
    [this.#store, this.#executor] = this.#attach();
  }

  static empty(seed: number): MortalStore {
    // Less room than usual is reserved, for thousands of copies.
    const store = new Store({ prng: seededPrng(seed), rowsMax: 4096, heapWordsMax: 2 ** 20 });
    return new MortalStore(store.layout(), seed);
  }

  copy(): MortalStore {
    const copy = new MortalStore(copyLayout(this.#layout), this.#prng.uint32());
    copy.now = this.now;
    return copy;
  }

  get contents(): readonly string[] {
    return contentsOf(this.#store);
  }

  hasClass(name: string): boolean {
    return this.#store.catalogue.find(name) !== undefined;
  }

  get memoryBytes(): number {
    return this.#store.memoryBytes;
  }

  /** Carries out a query; says whether it succeeded. */
  ask(ask: Ask): boolean {
    const succeeded = this.#carryOut(ask);
    this.#layout = this.#store.layout();
    return succeeded;
  }

  /** How many writes to its memory a query takes. */
  countWrites(ask: Ask): number {
    const copy = this.copy();
    return copy.#memory.run(() => {
      [copy.#store, copy.#executor] = copy.#attach();
      copy.#carryOut(ask);
    });
  }

  /**
   * The thread that writes dies in the middle of a query, or where that takes fewer writes, before it has told anybody that
   * it is done. Another takes over.
   */
  die(ask: Ask, atWrite: number): void {
    this.#memory.run(() => {
      [this.#store, this.#executor] = this.#attach();
      this.#carryOut(ask);
    }, atWrite);
    [this.#store, this.#executor] = this.#attach();
    this.#store.recover();
    expectSound(this.#store);
  }

  #attach(): [Store, Executor] {
    const store = Store.attach(this.#layout, this.#prng);
    return [store, new Executor({ store, clock: this.#clock })];
  }

  #carryOut(ask: Ask): boolean {
    const [store, executor] = [this.#store, this.#executor];
    if ('expires' in ask) {
      executor.expire(ask.expires);
      return true;
    }
    const bytes = toBytes(ask.query(store));
    if (ask.isLong) return carryOutLong(new BulkQuery({ store, executor, from: 'bulk' }), bytes);
    const parsed = parseQuery(bytes, 'standard');
    if (!parsed.ok) throw parsed.rejected.error;
    const begun = executor.begin(parsed.query);
    return 'ok' in begun ? begun.ok : this.#takeSteps(begun, toBytes(ask.beside ?? {}));
  }

  #takeSteps(steps: Steps<Outcome>, beside: Uint8Array): boolean {
    const long = new BulkQuery({ store: this.#store, executor: this.#executor, from: 'bulk' });
    let step = steps.next();
    for (let at = 0; step.done !== true; at += pieceBytes) {
      long.push(beside.subarray(at, at + pieceBytes));
      step = steps.next();
    }
    takeAll(long.discard());
    return step.value.ok;
  }
}

function carryOutLong(query: BulkQuery, bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += pieceBytes) query.push(bytes.subarray(at, at + pieceBytes));
  const parsed = query.end();
  if (!parsed.ok) throw parsed.rejected.error;
  const steps = query.carryOut();
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return !step.value.hasFailed;
}
