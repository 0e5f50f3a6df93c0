import type { Clock, Prng, Timer } from '@syncytium/kit';
import type { SimulatedClock } from '@syncytium/testkit';
import {
  BrokerError,
  type BlockOptions,
  type Broker,
  type BrokerCommands,
  type BrokerConnection,
  type BrokerValue,
  type ListEnd,
  type SetOptions,
  type Subscription,
} from '@syncytium/transport';
import type { MemoryBroker } from '@syncytium/transport/memory';

/** A shortest and a longest time, in milliseconds. */
type RangeMs = readonly [number, number];

export interface FaultyProcessOptions {
  readonly clock: SimulatedClock;
  readonly prng: Prng;
  /** The broker that all processes share. */
  readonly shared: MemoryBroker;
  /** How long something travels one way. */
  readonly delayMs: RangeMs;
  /** How long a process whose lines were cut cannot reach the broker. */
  readonly downMs: RangeMs;
  /** How long the broker goes on for a line that was cut before it notices. */
  readonly halfOpenMs: RangeMs;
}

/**
 * A process and its way to a broker that it shares with others. What it sends in one turn travels in one packet. Its lines
 * can be cut (packets on their way arrive or not, answers do not; the broker may notice late and serve a pop that nobody
 * awaits any more), it can be paused (the world goes on without it) and killed (nothing it waits for ever comes).
 */
export class FaultyProcess {
  readonly broker: Broker;
  /** Its timers stand still while it is paused, and fire when it goes on. */
  readonly clock: Clock;
  readonly #options: FaultyProcessOptions;
  readonly #lines = new Set<Line>();
  readonly #subscriptions = new Set<FaultySubscription>();
  #held: (() => void)[] = [];
  #state: 'running' | 'paused' | 'killed' = 'running';
  #downUntil = 0;

  constructor(options: FaultyProcessOptions) {
    const { clock } = options;
    this.#options = options;
    this.clock = {
      now: () => clock.now(),
      wallNow: () => clock.wallNow(),
      setTimer: (delayMs, fire): Timer => {
        let isCancelled = false;
        const timer = clock.setTimer(delayMs, () =>
          this.wake(() => {
            if (!isCancelled) fire();
          }),
        );
        return {
          cancel() {
            isCancelled = true;
            timer.cancel();
          },
        };
      },
    };
    this.broker = this.#makeBroker();
  }

  get isKilled(): boolean {
    return this.#state === 'killed';
  }

  get isDown(): boolean {
    return this.#options.clock.now() < this.#downUntil;
  }

  pause(): void {
    if (this.#state === 'running') this.#state = 'paused';
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    for (const wake of this.#held.splice(0)) this.wake(wake);
  }

  kill(): void {
    this.#state = 'killed';
    this.#held = [];
    for (const line of this.#lines) line.cut();
    for (const subscription of this.#subscriptions) subscription.cut(undefined);
  }

  /** All lines are lost; the broker cannot be reached for a time. */
  cut(): void {
    if (this.isKilled) return;
    const { clock } = this.#options;
    const downMs = this.any(this.#options.downMs);
    this.#downUntil = clock.now() + downMs;
    for (const line of this.#lines) line.cut();
    for (const subscription of this.#subscriptions) subscription.cut(downMs);
  }

  /** One line of a session is lost. */
  cutOne(): void {
    const lines = [...this.#lines].filter((line) => !line.isLasting);
    lines[this.#options.prng.int(Math.max(1, lines.length))]?.cut();
  }

  /** Lets the process go on, now or when it is resumed. */
  wake(wake: () => void): void {
    if (this.#state === 'running') wake();
    else if (this.#state === 'paused') this.#held.push(wake);
  }

  any([shortest, longest]: RangeMs): number {
    return shortest + this.#options.prng.float() * (longest - shortest);
  }

  line(target: BrokerConnection | undefined, isLasting: boolean): Line {
    const line = new Line(this, this.#options, target, isLasting);
    this.#lines.add(line);
    return line;
  }

  forget(line: Line): void {
    this.#lines.delete(line);
  }

  #makeBroker(): Broker {
    const { shared, clock } = this.#options;
    const line = this.line(undefined, true);
    return {
      driver: 'faulty',
      lost: new AbortController().signal,
      ...commandsOver(line, shared),
      subscribe: async (channel, listener) => {
        const subscription = new FaultySubscription(this, this.#options, channel, listener);
        this.#subscriptions.add(subscription);
        try {
          await line.send(() => subscription.open());
        } catch (error) {
          // Nobody has it, so nothing renews it.
          this.#subscriptions.delete(subscription);
          void subscription.close();
          throw error;
        }
        return subscription;
      },
      channels: (pattern?: string) => line.send(() => shared.channels(pattern)),
      subscriberCount: (channel: string) => line.send(() => shared.subscriberCount(channel)),
      connect: async () => {
        const connection = await line.send(() => shared.connect());
        if (this.isKilled) await connection.close();
        return this.#connectionOver(connection);
      },
      close: () => {
        clock.now();
        return Promise.resolve();
      },
    };
  }

  #connectionOver(connection: BrokerConnection): BrokerConnection {
    const line = this.line(connection, false);
    return {
      ...commandsOver(line, connection),
      brpop: (keys: string | readonly string[], options?: BlockOptions) =>
        line.send(() => connection.brpop(keys, options)),
      blmove: (source, destination, from, to, options) =>
        line.send(() => connection.blmove(source, destination, from, to, options)),
      close: () => line.close(),
    };
  }
}

/** A command on its way or under way. */
interface UnderWay {
  readonly reject: (error: Error) => void;
}

/** One line to the broker: what is sent arrives in its order, and what is sent in one turn arrives together. */
class Line {
  readonly isLasting: boolean;
  readonly #process: FaultyProcess;
  readonly #options: FaultyProcessOptions;
  readonly #target: BrokerConnection | undefined;
  readonly #underWay = new Set<UnderWay>();
  #sentAt = -1;
  #arrivesAt = 0;
  #answersAt = 0;
  /** Packets sent before this moment that have not arrived are lost with the line of that number. */
  #generation = 0;
  #lostAfter: number[] = [];
  #isCut = false;

  constructor(
    process: FaultyProcess,
    options: FaultyProcessOptions,
    target: BrokerConnection | undefined,
    isLasting: boolean,
  ) {
    this.#process = process;
    this.#options = options;
    this.#target = target;
    this.isLasting = isLasting;
  }

  send<T>(command: () => Promise<T>): Promise<T> {
    const { clock, delayMs } = this.#options;
    return new Promise((resolve, reject) => {
      if (this.#process.isKilled) return;
      if (this.#isCut || this.#process.isDown) {
        clock.setTimer(1, () => this.#process.wake(() => reject(lost())));
        return;
      }
      if (this.#sentAt !== clock.now()) {
        this.#sentAt = clock.now();
        this.#arrivesAt = Math.max(this.#arrivesAt, clock.now() + this.#process.any(delayMs));
      }
      const underWay: UnderWay = { reject };
      this.#underWay.add(underWay);
      const generation = this.#generation;
      clock.setTimerAt(this.#arrivesAt, () => {
        if (clock.now() > (this.#lostAfter[generation] ?? Infinity)) return;
        command().then(
          (answer) => this.#answer(generation, underWay, () => resolve(answer)),
          (error: unknown) =>
            this.#answer(generation, underWay, () => reject(error instanceof Error ? error : new Error(String(error)))),
        );
      });
    });
  }

  /** Lost: what is under way has no answer; whether it is executed is a matter of luck. */
  cut(): void {
    if (this.#isCut) return;
    const { clock, prng, delayMs, halfOpenMs } = this.#options;
    // The broker executes what has arrived up to a moment, or all of it where it does not notice for long.
    const goesOnMs = prng.int(3) === 0 ? this.#process.any(halfOpenMs) : this.#process.any([0, delayMs[1]]);
    this.#lostAfter[this.#generation++] = clock.now() + goesOnMs;
    if (!this.isLasting) {
      this.#isCut = true;
      this.#process.forget(this);
      clock.setTimer(goesOnMs, () => void this.#target?.close());
    }
    const broken = [...this.#underWay];
    this.#underWay.clear();
    clock.setTimer(this.#process.any([0, 5]), () => {
      this.#process.wake(() => {
        for (const { reject } of broken) reject(lost());
      });
    });
  }

  async close(): Promise<void> {
    if (this.#isCut) return;
    await this.send(() => this.#target?.close() ?? Promise.resolve()).catch(() => undefined);
    this.#isCut = true;
    this.#process.forget(this);
  }

  #answer(generation: number, underWay: UnderWay, tell: () => void): void {
    if (generation !== this.#generation) return;
    const { clock, delayMs } = this.#options;
    this.#answersAt = Math.max(this.#answersAt, clock.now() + this.#process.any(delayMs));
    clock.setTimerAt(this.#answersAt, () => {
      if (!this.#underWay.delete(underWay)) return;
      this.#process.wake(tell);
    });
  }
}

/** A subscription that misses what is published while its line is lost. */
class FaultySubscription implements Subscription {
  readonly #process: FaultyProcess;
  readonly #options: FaultyProcessOptions;
  readonly #channel: string;
  readonly #listener: (message: Uint8Array) => void;
  #inner: Promise<Subscription> | undefined;
  #isClosed = false;

  constructor(
    process: FaultyProcess,
    options: FaultyProcessOptions,
    channel: string,
    listener: (message: Uint8Array) => void,
  ) {
    this.#process = process;
    this.#options = options;
    this.#channel = channel;
    this.#listener = listener;
  }

  async open(): Promise<void> {
    if (this.#isClosed || this.#process.isKilled) return;
    const { clock, shared, delayMs } = this.#options;
    // One that was on its way when its line was lost may arrive after it was renewed.
    this.#inner ??= shared.subscribe(this.#channel, (message) => {
      clock.setTimer(this.#process.any(delayMs), () =>
        this.#process.wake(() => {
          if (!this.#isClosed) this.#listener(message);
        }),
      );
    });
    await this.#inner;
  }

  /** Lost, and renewed after a time if one is told. */
  cut(downMs: number | undefined): void {
    void this.#inner?.then((inner) => inner.close());
    this.#inner = undefined;
    if (downMs !== undefined) this.#options.clock.setTimer(downMs, () => void (this.#inner ?? this.open()));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const inner = await this.#inner;
    await inner?.close();
  }
}

function commandsOver(line: Line, target: BrokerCommands): BrokerCommands {
  return {
    del: (...keys: string[]) => line.send(() => target.del(...keys)),
    exists: (key: string) => line.send(() => target.exists(key)),
    expire: (key: string, ttlMs: number) => line.send(() => target.expire(key, ttlMs)),
    ttl: (key: string) => line.send(() => target.ttl(key)),
    get: (key: string) => line.send(() => target.get(key)),
    set: (key: string, value: BrokerValue, options?: SetOptions) => line.send(() => target.set(key, value, options)),
    lpush: (key: string, ...values: BrokerValue[]) => line.send(() => target.lpush(key, ...values)),
    rpush: (key: string, ...values: BrokerValue[]) => line.send(() => target.rpush(key, ...values)),
    lpop: (key: string) => line.send(() => target.lpop(key)),
    rpop: (key: string) => line.send(() => target.rpop(key)),
    lmove: (source: string, destination: string, from: ListEnd, to: ListEnd) =>
      line.send(() => target.lmove(source, destination, from, to)),
    llen: (key: string) => line.send(() => target.llen(key)),
    lrange: (key: string, start: number, stop: number) => line.send(() => target.lrange(key, start, stop)),
    lrem: (key: string, count: number, value: BrokerValue) => line.send(() => target.lrem(key, count, value)),
    ltrim: (key: string, start: number, stop: number) => line.send(() => target.ltrim(key, start, stop)),
    publish: (channel: string, message: BrokerValue) => line.send(() => target.publish(channel, message)),
  };
}

function lost(): BrokerError {
  return new BrokerError('broker_unreachable', 'the broker cannot be reached: connection lost');
}
