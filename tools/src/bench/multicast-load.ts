import { setImmediate as nextTick, setTimeout as sleep } from 'node:timers/promises';
import type { Sample } from './entry.js';
import { stamped } from './stamp.js';

/** Events between two reports of a listener. */
export const reportEvery = 1000;

/** Most events that the slowest listener has not reported yet; and most bytes, which every system holds without dropping. */
const aheadMax = 100_000;
const bytesAheadMax = 4 * 1024 * 1024;

/** Events published without a look at anything else. */
const burst = 100;

/** How long the saturating rate is looked for, twice: the first time warms up. */
const saturateSeconds = 1;

/** How many events a second are published, heard or not; as many as the slowest listener hears unless told. */
export interface Pace {
  readonly eventsPerSecond?: number;
  /** This part of what could be, found out before the first round. */
  readonly share?: number;
}

export interface MulticastLoad extends Pace {
  readonly bytes: number;
  readonly listeners: number;
  /** Publishes one event with this text of so many bytes. */
  readonly publish: (text: string) => void;
  /** Calls back whenever a listener has reported: which, and how many events it has heard. */
  readonly onReport: (report: (listener: number, heard: number) => void) => Promise<void>;
}

/** The text of events that do not tell when they were due. */
export function plainText(bytes: number): string {
  return 'x'.repeat(bytes);
}

/** Publishes events and counts what all listeners have heard. */
export async function multicastLoad(load: MulticastLoad) {
  const publisher = new Publisher(load);
  await load.onReport(publisher.report);
  const { share } = load;
  let { eventsPerSecond } = load;
  return async (seconds: number): Promise<Sample> => {
    if (share !== undefined && eventsPerSecond === undefined) {
      await publisher.saturate(saturateSeconds, true);
      const { operations, seconds: took } = await publisher.saturate(saturateSeconds, true);
      eventsPerSecond = (share * operations) / took;
    }
    return eventsPerSecond === undefined ? publisher.saturate(seconds) : publisher.pace(seconds, eventsPerSecond);
  };
}

class Publisher {
  readonly #load: MulticastLoad;
  readonly #heard: number[];
  readonly #aheadMax: number;
  readonly #text: string;
  #sent = 0;
  #wake: (() => void) | undefined;

  constructor(load: MulticastLoad) {
    this.#load = load;
    this.#heard = new Array<number>(load.listeners).fill(0);
    this.#aheadMax = Math.max(2 * reportEvery, Math.min(aheadMax, Math.floor(bytesAheadMax / load.bytes)));
    this.#text = plainText(load.bytes);
  }

  readonly report = (listener: number, heard: number): void => {
    this.#heard[listener] = heard;
    this.#wake?.();
  };

  /** As fast as the slowest listener hears, so that nobody has to drop anything; with stamps where they are to count. */
  async saturate(seconds: number, isStamped = false): Promise<Sample> {
    const began = performance.now();
    const until = began + seconds * 1000;
    const before = this.#sent;
    while (performance.now() < until) {
      if (this.#ahead + burst > this.#aheadMax) await this.#reported();
      for (let i = 0; i < burst && this.#ahead < this.#aheadMax; i++)
        this.#publish(isStamped ? stamped(performance.now(), this.#load.bytes) : this.#text);
      // What is to be read has its turn between bursts.
      if (this.#sent % reportEvery === 0) await nextTick();
    }
    await this.#finish();
    return { operations: this.#sent - before, seconds: (performance.now() - began) / 1000 };
  }

  /** Each when its time has come; what is late for any reason is as late to its listener. */
  async pace(seconds: number, eventsPerSecond: number): Promise<Sample> {
    const count = Math.round(seconds * eventsPerSecond);
    const began = performance.now();
    const dueAtOf = (index: number): number => began + (1000 * index) / eventsPerSecond;
    for (let made = 0; made < count;) {
      const from = made;
      for (; made < count && made < from + burst && dueAtOf(made) <= performance.now(); made++) {
        if (this.#ahead >= aheadMax) throw new Error(`${aheadMax} events were not heard`);
        this.#publish(stamped(dueAtOf(made), this.#load.bytes));
      }
      // Who is late still lets what is to be read have its turn.
      if (made === from + burst) await nextTick();
      else await sleep(1);
    }
    await this.#finish();
    return { operations: count, seconds: (performance.now() - began) / 1000 };
  }

  get #ahead(): number {
    return this.#sent - Math.min(...this.#heard);
  }

  #publish(text: string): void {
    this.#load.publish(text);
    this.#sent++;
  }

  #reported(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  /** Until the last one is heard; listeners report after whole thousands. */
  async #finish(): Promise<void> {
    while (this.#sent % reportEvery !== 0) this.#publish(this.#text);
    while (this.#ahead > 0) await this.#reported();
  }
}
