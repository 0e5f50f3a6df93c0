import { KeptBytes, Place } from '../collections/kept-bytes.js';
import type { FramesReader, LaterEvents } from './later-events.js';
import type { Position, Positions } from '../wire/position.js';

/** Something that was published: one event, or a run of them; `n` is the number of the last. */
export interface Publication extends Position {
  readonly channel: string;
  frames(): readonly Uint8Array[];
}

/** What somebody missed who comes back. */
export interface Missed {
  readonly publications: readonly Publication[];
  readonly lost: number;
  readonly lostUntil: Positions;
}

/** A publication in its place in the log, which the next one there takes over: what lives long is made once. */
class Slot {
  origin = '';
  n = 0;
  channel = '';
  bytes = 0;
  /** A frame that was there already, or one that events are read from. */
  readonly frame = new Place();
  read: FramesReader | undefined;
  /** Events without frames. */
  later: LaterEvents | undefined;
}

/** What was published last, for those who come back and have missed some of it. [T-63] */
export class ReplayLog {
  readonly #max: number;
  readonly #bytesMax: number;
  /** The one with number i is at i modulo one more than may be kept. */
  readonly #slots: Slot[] = [];
  readonly #frames = new KeptBytes();
  #first = 0;
  #next = 0;
  #bytes = 0;
  /** Up to which event of each transmitter nothing is kept. */
  readonly #floor = new Map<string, number>();
  readonly #last = new Map<string, number>();

  constructor({ max, bytesMax }: { readonly max: number; readonly bytesMax: number }) {
    this.#max = max;
    this.#bytesMax = bytesMax;
  }

  get size(): number {
    return this.#next - this.#first;
  }

  /** How far everything is known. */
  get positions(): Positions {
    return Object.fromEntries(this.#last);
  }

  push(position: Position, channel: string, events: LaterEvents): void {
    const slot = this.#nextSlot(position, channel, events.bytes);
    const { source } = events;
    if (source) {
      this.#frames.keep(source.frame, slot.frame);
      slot.read = source.read;
    } else slot.later = events;
    this.#dropOld();
  }

  /** The same for events that are in a frame already; it is copied. */
  pushFrame(position: Position, channel: string, frame: Uint8Array): void {
    const slot = this.#nextSlot(position, channel, frame.length);
    this.#frames.keep(frame, slot.frame);
    this.#dropOld();
  }

  /** What came before is not known here. */
  startAt({ origin, n }: Position): void {
    this.#floor.set(origin, n);
    this.#last.set(origin, n);
  }

  /** The transmitter is gone for long; who asks for what it said last will not come any more. */
  forget(origin: string): void {
    this.#floor.delete(origin);
    this.#last.delete(origin);
  }

  /**
   * What was published after `since`, in its order, and how many events are not kept any more, up to which: that many may
   * have been missed.
   */
  after(since: Positions): Missed {
    const publications: Publication[] = [];
    // Backwards, until everything of all transmitters is older than what is asked for.
    const unseen = new Set([...this.#last].filter(([origin, n]) => n > (since[origin] ?? 0)).map(([origin]) => origin));
    for (let i = this.#next - 1; i >= this.#first && unseen.size > 0; i--) {
      const slot = this.#slots[i % (this.#max + 1)];
      if (!slot || !unseen.has(slot.origin)) continue;
      if (slot.n > (since[slot.origin] ?? 0)) publications.push(this.#read(slot));
      else unseen.delete(slot.origin);
    }
    let lost = 0;
    const lostUntil: Record<string, number> = {};
    for (const [origin, floor] of this.#floor) {
      const missed = floor - (since[origin] ?? 0);
      if (missed <= 0) continue;
      lost += missed;
      lostUntil[origin] = floor;
    }
    return { publications: publications.reverse(), lost, lostUntil };
  }

  #nextSlot({ origin, n }: Position, channel: string, bytes: number): Slot {
    const at = this.#next++ % (this.#max + 1);
    const slot = (this.#slots[at] ??= new Slot());
    // An equal text that was there before stays, and the new one is young garbage.
    if (slot.origin !== origin) slot.origin = origin;
    if (slot.channel !== channel) slot.channel = channel;
    slot.n = n;
    slot.bytes = bytes;
    this.#bytes += bytes;
    this.#last.set(origin, n);
    return slot;
  }

  #read({ origin, n, channel, frame, read, later }: Slot): Publication {
    const frames = (): readonly Uint8Array[] => {
      const kept = this.#frames.read(frame);
      if (!kept) return later?.frames() ?? [];
      return read ? read(kept) : [kept];
    };
    return { origin, n, channel, frames };
  }

  #dropOld(): void {
    while (this.size > this.#max || this.#bytes > this.#bytesMax) this.#dropFirst();
  }

  #dropFirst(): void {
    const slot = this.#slots[this.#first++ % (this.#max + 1)];
    if (!slot) return;
    const { origin, n, bytes, frame } = slot;
    this.#frames.giveUp(frame);
    slot.later = slot.read = undefined;
    this.#bytes -= bytes;
    if (this.#last.has(origin)) this.#floor.set(origin, n);
  }
}
