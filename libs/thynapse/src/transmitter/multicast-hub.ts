import type { Message, PeerId } from '@syncytium/transport';
import { encodeFrame } from '@syncytium/codec';
import { packFrames } from '../wire/batch.js';
import { ProtocolError } from '../errors.js';
import { parsePattern } from '../patterns/pattern.js';
import { CachedPatternIndex } from '../patterns/cached-pattern-index.js';
import { PatternIndex } from '../patterns/pattern-index.js';
import type { LaterEvents } from './later-events.js';
import { ReplayLog } from './replay-log.js';
import type { Position, Positions } from '../wire/position.js';
import { newsFrame } from '../wire/news.js';
import { totalBytes } from '../wire/total-bytes.js';
import { commands } from '../wire/wire.js';

export interface MulticastHubOptions {
  /** Most bytes on their way to one listener; what is more is dropped, counted, and told. */
  readonly bytesMax: number;
  readonly patternsPerListenerMax: number;
  /** What is kept for listeners that come back: publications, and their bytes. */
  readonly replayMax: number;
  readonly replayBytesMax: number;
}

/** Passes a message to a listener. */
export type Deliver = (to: PeerId, message: Message) => void;

interface Listener {
  readonly peer: PeerId;
  readonly patterns: Set<string>;
  audience: Audience | undefined;
  /** Sent and not yet taken. */
  bytes: number;
  /** Dropped and not yet told: how many events, and up to where it has heard or lost everything then. */
  lost: number;
  lostUntil: Record<string, number>;
}

/** Listeners with the same patterns: what is put together for one of them is right for all. */
interface Audience {
  readonly key: string | undefined;
  readonly patterns: Set<string>;
  readonly listeners: Set<Listener>;
  pending: Uint8Array[];
  pendingBytes: number;
  pendingEvents: number;
  pendingPositions: Record<string, number>;
  /** What it has heard elsewhere already, though it comes here only now. */
  readonly ahead: Map<string, number>;
}

/** Beyond so many patterns, listeners are not compared; each is an audience of its own. */
const comparedPatternsMax = 16;

/** Above this, waiting for more would only use memory. */
const pendingBytesMax = 256 * 1024;

/**
 * Who listens to what in multicatch mode, and what is on its way to whom. It has no sockets: who has it calls
 * {@link flush} at the end of a tick and delivers. A listener that does not keep up loses events, is told how many, and
 * holds up nobody.
 *
 * @see docs/spec/thynapse.md#multicatch
 */
export class MulticastHub {
  readonly #options: MulticastHubOptions;
  readonly #deliver: Deliver;
  readonly #index = new CachedPatternIndex<Audience>();
  readonly #listeners = new Map<PeerId, Listener>();
  readonly #audiences = new Map<string, Audience>();
  readonly #log: ReplayLog;
  /** The positions that listeners were told last, all of them. */
  #told = '';
  /** Those to whom something went, or waits, since the last flush. */
  readonly #busy = new Set<Audience>();
  #dropped = 0;

  constructor(options: MulticastHubOptions, deliver: Deliver) {
    this.#options = options;
    this.#deliver = deliver;
    this.#log = new ReplayLog({ max: options.replayMax, bytesMax: options.replayBytesMax });
  }

  /** Events that listeners were told they lost, since the start. What is not told yet may still be replayed. */
  get dropped(): number {
    return this.#dropped;
  }

  /** From now on the listener gets what matches. Throws {@link ProtocolError} `bad_pattern` and `busy`. */
  add(peer: PeerId, given: string): void {
    const { text } = parsePattern(given);
    const { patternsPerListenerMax } = this.#options;
    const listener = this.#listeners.get(peer) ?? newListener(peer);
    if (listener.patterns.has(text)) return;
    if (listener.patterns.size >= patternsPerListenerMax)
      throw new ProtocolError('busy', `a cell listens to at most ${patternsPerListenerMax} patterns`);
    this.#listeners.set(peer, listener);
    this.#change(listener, () => listener.patterns.add(text), text);
    if (this.#log.size > 0) this.#deliver(peer, [newsFrame(this.#log.positions)]);
  }

  /**
   * A listener comes back, or from another transmitter, where it has heard everything up to `since`: it gets what it missed,
   * or is told how much of that is not kept any more. Throws {@link ProtocolError} `bad_pattern` and `busy`. [T-63]
   */
  resume(peer: PeerId, given: readonly string[], since: Positions): void {
    const { patternsPerListenerMax } = this.#options;
    const patterns = new Set(given.map((pattern) => parsePattern(pattern).text));
    if (patterns.size > patternsPerListenerMax)
      throw new ProtocolError('busy', `a cell listens to at most ${patternsPerListenerMax} patterns`);
    this.remove(peer);
    const { positions } = this.#log;
    const ahead = Object.entries(since).filter(([origin, n]) => n > (positions[origin] ?? 0));
    const listener: Listener = { ...newListener(peer), patterns };
    this.#listeners.set(peer, listener);
    if (patterns.size > 0) this.#enter(listener, new Map(ahead));
    const wanted = new PatternIndex<true>();
    for (const pattern of patterns) wanted.add(pattern, true);
    const { publications, lost, lostUntil } = this.#log.after(since);
    const missed = publications.filter(({ channel }) => wanted.match(channel)[Symbol.iterator]().next().done !== true);
    const message = [newsFrame(positions), ...packFrames(missed.flatMap((publication) => publication.frames()))];
    Object.assign(listener, { lost, lostUntil });
    listener.bytes += totalBytes(message);
    this.#tell(listener, message);
  }

  /** Nothing is known of what a transmitter published before this. */
  startAt(position: Position): void {
    this.#log.startAt(position);
  }

  /** A transmitter is gone for long. */
  forget(origin: string): void {
    this.#log.forget(origin);
  }

  /** Tells listeners how far they have everything, though nothing for them came. Wanted about once per heartbeat. */
  tellPositions(): void {
    const frame = newsFrame(this.#log.positions);
    const told = Buffer.from(frame).toString('latin1');
    if (told === this.#told) return;
    this.#told = told;
    for (const audience of new Set([...this.#listeners.values()].map((listener) => listener.audience))) {
      if (!audience) continue;
      this.#send(audience);
      for (const listener of audience.listeners) if (this.#hasRoom(listener)) this.#tell(listener, [frame]);
    }
  }

  /** The listener does not want the pattern any more. Throws {@link ProtocolError} `bad_pattern`. */
  drop(peer: PeerId, given: string): void {
    const { text } = parsePattern(given);
    const listener = this.#listeners.get(peer);
    if (!listener?.patterns.has(text)) return;
    this.#change(listener, () => listener.patterns.delete(text));
    if (listener.patterns.size === 0) this.#listeners.delete(peer);
  }

  /** The listener is gone, or begins anew. */
  remove(peer: PeerId): void {
    const listener = this.#listeners.get(peer);
    if (!listener) return;
    this.#listeners.delete(peer);
    this.#leave(listener);
  }

  /**
   * A frame with so many events on a channel goes to all who listen: at once to those to whom nothing went since the last
   * {@link flush}, together with what else comes to the others. `true` when somebody listens, so that a flush is wanted.
   */
  publish(channel: string, frame: Uint8Array, events = 1, at?: Position): boolean {
    if (at) this.#log.pushFrame(at, channel, frame);
    const audiences = this.#index.match(channel);
    return audiences.length > 0 && this.#put(audiences, [frame], events, at);
  }

  /** The same for events that are put into frames only for those who listen. */
  publishLater(channel: string, events: LaterEvents, at?: Position): boolean {
    if (at) this.#log.push(at, channel, events);
    const audiences = this.#index.match(channel);
    return audiences.length > 0 && this.#put(audiences, events.frames(), events.count, at);
  }

  /** Sends what waits. `true` while there was something: then another flush is wanted. */
  flush(): boolean {
    for (const audience of this.#busy) if (!this.#send(audience)) this.#busy.delete(audience);
    return this.#busy.size > 0;
  }

  /** Forgets listeners that are not there any more. */
  prune(isThere: (peer: PeerId) => boolean): void {
    for (const peer of this.#listeners.keys()) if (!isThere(peer)) this.remove(peer);
  }

  /** The listener has read so many bytes. */
  took(peer: PeerId, bytes: number): void {
    const listener = this.#listeners.get(peer);
    if (!listener) return;
    listener.bytes = Math.max(0, listener.bytes - bytes);
    if (listener.lost > 0 && this.#hasRoom(listener)) this.#tell(listener, []);
  }

  #put(audiences: readonly Audience[], frames: readonly Uint8Array[], events: number, at: Position | undefined): true {
    const bytes = totalBytes(frames);
    for (const audience of audiences) {
      if (at && audience.ahead.size > 0 && this.#hasHeard(audience, at)) continue;
      if (at) audience.pendingPositions[at.origin] = at.n;
      for (const frame of frames) audience.pending.push(frame);
      audience.pendingBytes += bytes;
      audience.pendingEvents += events;
      if (!this.#busy.has(audience) || audience.pendingBytes >= pendingBytesMax) this.#send(audience);
      this.#busy.add(audience);
    }
    return true;
  }

  /** `false` when nothing waits. */
  #send(audience: Audience): boolean {
    const { pending, pendingEvents, pendingPositions, listeners } = audience;
    if (pending.length === 0) return false;
    audience.pending = [];
    audience.pendingPositions = {};
    audience.pendingBytes = 0;
    audience.pendingEvents = 0;
    const message = [newsFrame(pendingPositions), ...packFrames(pending)];
    const bytes = totalBytes(message);
    for (const listener of listeners) {
      if (this.#hasRoom(listener)) {
        listener.bytes += bytes;
        this.#tell(listener, message);
      } else {
        listener.lost += pendingEvents;
        Object.assign(listener.lostUntil, pendingPositions);
      }
    }
    return true;
  }

  /**
   * What was lost is told at its place between what comes before and after. Who comes back after that is given nothing of it,
   * and not told again. [T-64]
   */
  #tell(listener: Listener, message: Message): void {
    const { lost: count, lostUntil: positions, peer } = listener;
    listener.lost = 0;
    listener.lostUntil = {};
    this.#dropped += count;
    if (count > 0) this.#deliver(peer, [encodeFrame('J', commands.lost, { count, positions })]);
    if (message.length > 0) this.#deliver(peer, message);
  }

  /** Whether it comes late here to who heard it elsewhere. */
  #hasHeard({ ahead }: Audience, { origin, n }: Position): boolean {
    const heard = ahead.get(origin) ?? 0;
    if (n >= heard) ahead.delete(origin);
    return n <= heard;
  }

  #hasRoom({ bytes }: Listener): boolean {
    return bytes < this.#options.bytesMax;
  }

  /** What waits was meant for the listener as it was. */
  #change(listener: Listener, change: () => void, added?: string): void {
    const { audience } = listener;
    if (audience) this.#send(audience);
    // An audience of one that is not compared is changed in place: to make it anew each time would take long.
    if (audience && audience.key === undefined && added !== undefined) {
      change();
      audience.patterns.add(added);
      this.#index.add(added, audience);
      return;
    }
    this.#leave(listener);
    change();
    if (listener.patterns.size > 0) this.#enter(listener, audience?.ahead);
  }

  /** Who is ahead of this transmitter shares its audience with nobody. */
  #enter(listener: Listener, ahead: ReadonlyMap<string, number> = new Map()): void {
    const { patterns } = listener;
    const isCompared = patterns.size <= comparedPatternsMax && ahead.size === 0;
    const key = isCompared ? [...patterns].sort().join('\n') : undefined;
    let audience = key === undefined ? undefined : this.#audiences.get(key);
    if (!audience) {
      audience = newAudience(key, patterns, ahead);
      if (key !== undefined) this.#audiences.set(key, audience);
      for (const pattern of patterns) this.#index.add(pattern, audience);
    }
    // What waits was published before.
    this.#send(audience);
    audience.listeners.add(listener);
    listener.audience = audience;
  }

  #leave(listener: Listener): void {
    const { audience } = listener;
    listener.audience = undefined;
    if (!audience?.listeners.delete(listener) || audience.listeners.size > 0) return;
    for (const pattern of audience.patterns) this.#index.delete(pattern, audience);
    if (audience.key !== undefined) this.#audiences.delete(audience.key);
    this.#busy.delete(audience);
  }
}

function newListener(peer: PeerId): Listener {
  return { peer, patterns: new Set(), audience: undefined, bytes: 0, lost: 0, lostUntil: {} };
}

function newAudience(
  key: string | undefined,
  patterns: ReadonlySet<string>,
  ahead: ReadonlyMap<string, number>,
): Audience {
  const nothing = { pending: [], pendingBytes: 0, pendingEvents: 0, pendingPositions: {} };
  return { key, patterns: new Set(patterns), listeners: new Set(), ahead: new Map(ahead), ...nothing };
}
