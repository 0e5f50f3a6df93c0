import { Engine, type Answer } from '@syncytium/fusion';
import { seededPrng, silentMetrics, systemClock, WaitTable, type Metrics } from '@syncytium/kit';

const nothing = Buffer.alloc(0);

/** An engine of Fusion without threads that is asked directly: from the bytes of a query to those of its response. */
export class AskedEngine {
  readonly #deferred: (() => void)[] = [];
  readonly #gauges = new Map<string, () => number>();
  readonly #client;
  readonly #answers: Answer[] = [];

  constructor() {
    const metrics: Metrics = {
      ...silentMetrics,
      observedGauge: ({ name }, read) => void this.#gauges.set(name, read),
    };
    const engine = new Engine({
      clock: systemClock,
      prng: seededPrng(1),
      waits: new WaitTable({ system: 'fusion', clock: systemClock }),
      metrics,
      defer: (run) => void this.#deferred.push(run),
    });
    this.#client = engine.connect('standard', 'bench');
  }

  /** Bytes of objects and indexes. */
  get memoryBytes(): number {
    return this.#gauges.get('fusion_memory_bytes')?.() ?? NaN;
  }

  /** The response to a query, which has to succeed. */
  ask(query: string): Buffer {
    return this.#ask(Buffer.from(query));
  }

  /** Asks a query for one value after the other; what is around the value is made into bytes once. */
  asker(before: string, after: string): (value: string) => Buffer {
    const query = Buffer.alloc(before.length + 256 + after.length, before);
    return (value) => {
      const end = before.length + query.write(`${value}${after}`, before.length);
      return this.#ask(query.subarray(0, end));
    };
  }

  #ask(query: Buffer): Buffer {
    this.#answers.length = 0;
    this.#client.submit(query, this.#take);
    for (let turn = this.#deferred.shift(); turn; turn = this.#deferred.shift()) turn();
    const [answer] = this.#answers;
    const { buffer, byteOffset, byteLength } = answer?.bytes ?? nothing;
    const response = Buffer.from(buffer, byteOffset, byteLength);
    if (answer?.hasFailed !== false) throw new Error(`unexpected answer: ${response.toString()}`);
    return response;
  }

  readonly #take = (answer: Answer): void => void this.#answers.push(answer);
}

const oidKey = Buffer.from('"_oid":');
const oidLength = 38;

/** Responses of fewer bytes are counted sooner than compared. */
const longBytesMin = 4096;

/**
 * Says how many objects responses have, without taking so long over it that the figures would be those of counting: what is
 * the same as the last time is only compared with it.
 */
export class ObjectCounter {
  #counted: Buffer = Buffer.alloc(0);
  #count = 0;

  countIn(response: Buffer): number {
    const isLong = response.length >= longBytesMin;
    if (isLong && response.equals(this.#counted)) return this.#count;
    let count = 0;
    for (let at = response.indexOf(oidKey); at >= 0; at = response.indexOf(oidKey, at + oidKey.length + oidLength))
      count++;
    if (isLong) {
      this.#counted = Buffer.from(response);
      this.#count = count;
    }
    return count;
  }
}
