import type { Message, PeerId } from '@syncytium/transport';
import { encodeFrame } from '@syncytium/codec';
import { packFrames, startsWith } from '../wire/batch.js';
import { ProtocolError } from '../errors.js';
import { parsePattern } from '../patterns/pattern.js';
import { PatternIndex } from '../patterns/pattern-index.js';
import { commands } from '../wire/wire.js';

export interface MulticastHubOptions {
  /** Most bytes on their way to one listener; what is more is dropped, counted, and told. */
  readonly bytesMax: number;
  readonly patternsPerListenerMax: number;
}

/** Passes a message to a listener. */
export type Deliver = (to: PeerId, message: Message) => void;

/** Before the events of a message, to tell them from answers to the listener's own. */
const newsFrame = Buffer.from(`R ${commands.news} `, 'latin1');

/** Whether a message has events that its receiver listens to, behind its first frame. */
export function isNews([first]: Message): boolean {
  return first !== undefined && startsWith(first, newsFrame);
}

/** How many bytes of events a message has. */
export function newsBytes(message: Message): number {
  return message.reduce((sum, { length }) => sum + length, 0);
}

interface Listener {
  readonly peer: PeerId;
  readonly patterns: Set<string>;
  audience: Audience | undefined;
  /** Sent and not yet taken. */
  bytes: number;
  /** Dropped and not yet told. */
  lost: number;
}

/** Listeners with the same patterns: what is put together for one of them is right for all. */
interface Audience {
  readonly key: string | undefined;
  readonly patterns: Set<string>;
  readonly listeners: Set<Listener>;
  pending: Uint8Array[];
  pendingBytes: number;
  pendingEvents: number;
}

/** Beyond so many patterns, listeners are not compared; each is an audience of its own. */
const comparedPatternsMax = 16;

/** Above this, waiting for more would only use memory. */
const pendingBytesMax = 256 * 1024;

/** Channels whose audiences are known by heart. */
const knownChannelsMax = 10_000;

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
  readonly #index = new PatternIndex<Audience>();
  readonly #listeners = new Map<PeerId, Listener>();
  readonly #audiences = new Map<string, Audience>();
  readonly #known = new Map<string, readonly Audience[]>();
  /** Those to whom something went, or waits, since the last flush. */
  readonly #busy = new Set<Audience>();
  #dropped = 0;

  constructor(options: MulticastHubOptions, deliver: Deliver) {
    this.#options = options;
    this.#deliver = deliver;
  }

  /** Events that listeners lost, since the start. */
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
  publish(channel: string, frame: Uint8Array, events = 1): boolean {
    const audiences = this.#audiencesOf(channel);
    for (const audience of audiences) {
      audience.pending.push(frame);
      audience.pendingBytes += frame.length;
      audience.pendingEvents += events;
      if (!this.#busy.has(audience) || audience.pendingBytes >= pendingBytesMax) this.#send(audience);
      this.#busy.add(audience);
    }
    return audiences.length > 0;
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

  /** `false` when nothing waits. */
  #send(audience: Audience): boolean {
    const { pending, pendingEvents, listeners } = audience;
    if (pending.length === 0) return false;
    audience.pending = [];
    audience.pendingBytes = 0;
    audience.pendingEvents = 0;
    const message = [newsFrame, ...packFrames(pending)];
    const bytes = newsBytes(message);
    for (const listener of listeners) {
      if (this.#hasRoom(listener)) {
        listener.bytes += bytes;
        this.#tell(listener, message);
      } else {
        listener.lost += pendingEvents;
        this.#dropped += pendingEvents;
      }
    }
    return true;
  }

  /** What was lost is told at its place between what comes before and after. */
  #tell(listener: Listener, message: Message): void {
    const { lost, peer } = listener;
    listener.lost = 0;
    if (lost > 0) this.#deliver(peer, [encodeFrame('J', commands.lost, { count: lost })]);
    if (message.length > 0) this.#deliver(peer, message);
  }

  #hasRoom({ bytes }: Listener): boolean {
    return bytes < this.#options.bytesMax;
  }

  #audiencesOf(channel: string): readonly Audience[] {
    const known = this.#known.get(channel);
    if (known) return known;
    const found = [...this.#index.match(channel)];
    if (this.#known.size >= knownChannelsMax) this.#known.clear();
    this.#known.set(channel, found);
    return found;
  }

  /** What waits was meant for the listener as it was. */
  #change(listener: Listener, change: () => void, added?: string): void {
    const { audience } = listener;
    if (audience) this.#send(audience);
    this.#known.clear();
    // An audience of one that is not compared is changed in place: to make it anew each time would take long.
    if (audience && audience.key === undefined && added !== undefined) {
      change();
      audience.patterns.add(added);
      this.#index.add(added, audience);
      return;
    }
    this.#leave(listener);
    change();
    if (listener.patterns.size > 0) this.#enter(listener);
  }

  #enter(listener: Listener): void {
    const { patterns } = listener;
    const key = patterns.size <= comparedPatternsMax ? [...patterns].sort().join('\n') : undefined;
    let audience = key === undefined ? undefined : this.#audiences.get(key);
    if (!audience) {
      audience = newAudience(key, patterns);
      if (key !== undefined) this.#audiences.set(key, audience);
      for (const pattern of patterns) this.#index.add(pattern, audience);
    }
    audience.listeners.add(listener);
    listener.audience = audience;
  }

  #leave(listener: Listener): void {
    const { audience } = listener;
    listener.audience = undefined;
    this.#known.clear();
    if (!audience?.listeners.delete(listener) || audience.listeners.size > 0) return;
    for (const pattern of audience.patterns) this.#index.delete(pattern, audience);
    if (audience.key !== undefined) this.#audiences.delete(audience.key);
    this.#busy.delete(audience);
  }
}

function newListener(peer: PeerId): Listener {
  return { peer, patterns: new Set(), audience: undefined, bytes: 0, lost: 0 };
}

function newAudience(key: string | undefined, patterns: ReadonlySet<string>): Audience {
  const nothing = { pending: [], pendingBytes: 0, pendingEvents: 0 };
  return { key, patterns: new Set(patterns), listeners: new Set(), ...nothing };
}
