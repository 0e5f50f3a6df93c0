import { systemClock, type Clock } from './clock.js';
import { ClosedError, InternalError } from './errors.js';
import { silentLog, type Log } from './log.js';

/** A part of a program that is started, drained and stopped. Every step is optional. */
export interface Component {
  readonly name: string;
  /** Ready for work when it resolves. */
  start?(): void | Promise<void>;
  /** Refuses new work and resolves when the work in hand is done; must hurry up when `signal` fires. */
  drain?(signal: AbortSignal): void | Promise<void>;
  /** Gives back everything it holds. Called exactly once for a component whose `start` was called. */
  stop?(): void | Promise<void>;
}

/** `idle` → `starting` → `running` → `draining` → `releasing` → `stopped`; a failed start goes to `releasing`. */
export type LifecycleState = 'idle' | 'starting' | 'running' | 'draining' | 'releasing' | 'stopped';

export interface LifecycleOptions {
  readonly log?: Log;
  readonly clock?: Clock;
  /** Longest time all drains together may take, in milliseconds (10,000 unless told). */
  readonly drainMsMax?: number;
}

/**
 * Starts components in the order they were added and stops them in reverse: first every one refuses new work and
 * drains, then every one releases what it holds. When a start fails, what was started is stopped and the error is
 * thrown. A second `stop` while draining forces: the drains are told to give up, and release follows at once.
 */
export class Lifecycle {
  readonly #components: Component[] = [];
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #drainMsMax: number;
  readonly #hurry = new AbortController();
  #started: Component[] = [];
  #state: LifecycleState = 'idle';
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor({ log = silentLog, clock = systemClock, drainMsMax = 10_000 }: LifecycleOptions = {}) {
    this.#log = log;
    this.#clock = clock;
    this.#drainMsMax = drainMsMax;
  }

  get state(): LifecycleState {
    return this.#state;
  }

  /** Appends a component; only before `start`. */
  add(component: Component): this {
    if (this.#state !== 'idle')
      throw new InternalError(`${component.name} was added to a lifecycle that is ${this.#state}`);
    this.#components.push(component);
    return this;
  }

  /** Resolves when every component runs. */
  start(): Promise<void> {
    if (this.#state !== 'idle') return Promise.reject(new ClosedError('lifecycle', { state: this.#state }));
    this.#state = 'starting';
    this.#starting = this.#startAll();
    return this.#starting;
  }

  /** Resolves when every component has stopped. Called again while draining, it forces. */
  stop(): Promise<void> {
    if (this.#stopping) {
      this.#hurry.abort();
      return this.#stopping;
    }
    this.#stopping = this.#stopAll();
    return this.#stopping;
  }

  async #startAll(): Promise<void> {
    for (const component of this.#components) {
      // A stop during the start ends it here; the stop releases what is there.
      if (this.#isStopping()) throw new ClosedError('lifecycle', { state: this.#state });
      this.#started.unshift(component);
      try {
        await component.start?.();
      } catch (error) {
        if (!this.#isStopping()) await this.#releaseAll();
        throw error;
      }
    }
    if (!this.#isStopping()) this.#state = 'running';
  }

  /** A call, because it changes while a start is awaited. */
  #isStopping(): boolean {
    return this.#stopping !== undefined;
  }

  async #stopAll(): Promise<void> {
    await this.#starting?.catch(() => undefined);
    if (this.#state === 'stopped') return;
    this.#state = 'draining';
    const overdue = this.#clock.setTimer(this.#drainMsMax, () => this.#hurry.abort());
    for (const component of this.#started) await this.#attempt('drain', component);
    overdue.cancel();
    await this.#releaseAll();
  }

  async #releaseAll(): Promise<void> {
    this.#state = 'releasing';
    for (const component of this.#started) await this.#attempt('stop', component);
    this.#started = [];
    this.#state = 'stopped';
  }

  /** One component that cannot stop must not keep the others from stopping. */
  async #attempt(step: 'drain' | 'stop', component: Component): Promise<void> {
    try {
      if (step === 'stop') await component.stop?.();
      else await giveUpWhen(this.#hurry.signal, component.drain?.(this.#hurry.signal));
    } catch (error) {
      this.#log.error(`${component.name} failed to ${step}`, { err: error });
    }
  }
}

/** Resolves with the work, or when the signal fires, whichever is first. */
function giveUpWhen(signal: AbortSignal, work: void | Promise<void>): void | Promise<void> {
  if (work === undefined) return;
  if (signal.aborted) {
    work.catch(() => undefined);
    return;
  }
  return new Promise((resolve, reject) => {
    const give = (): void => resolve();
    signal.addEventListener('abort', give, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', give));
  });
}
