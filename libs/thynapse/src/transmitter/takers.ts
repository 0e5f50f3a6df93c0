import { PatternIndex } from '../patterns/pattern-index.js';
import type { Lane, Service } from './transmitter-state.js';

/** Most channels that are known by heart. */
const knownChannelsMax = 10_000;

/** Who could take the events of a channel: the lanes of each service, in the order of their patterns. */
export type LanesByService = ReadonlyMap<Service, readonly Lane[]>;

/** Lanes by pattern. Channels come again and again: who takes them is known by heart until it changes. */
export class Takers {
  readonly #index = new PatternIndex<Lane>();
  readonly #known = new Map<string, LanesByService>();

  /** Number of lanes. */
  get size(): number {
    return this.#index.size;
  }

  /** Throws `bad_pattern`. */
  add(lane: Lane): void {
    this.#known.clear();
    this.#index.add(lane.pattern, lane);
  }

  delete(lane: Lane): void {
    this.#known.clear();
    this.#index.delete(lane.pattern, lane);
  }

  of(channel: string): LanesByService {
    const known = this.#known.get(channel);
    if (known) return known;
    const found = byService(this.#index.match(channel));
    if (this.#known.size >= knownChannelsMax) this.#known.clear();
    this.#known.set(channel, found);
    return found;
  }
}

/** In the order of their patterns, so that the same ones have the same key. */
function byService(lanes: Iterable<Lane>): LanesByService {
  const found = new Map<Service, Lane[]>();
  for (const lane of lanes) {
    const others = found.get(lane.service);
    if (others) others.push(lane);
    else found.set(lane.service, [lane]);
  }
  for (const those of found.values()) those.sort((a, b) => (a.pattern < b.pattern ? -1 : 1));
  return found;
}
