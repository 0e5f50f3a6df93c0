import type { PendingRequest } from './pending.js';

/** A waiting request as `/stats` shows it, in the originals' words. */
export interface RequestStats {
  readonly params: {
    readonly event: string;
    readonly actor: string;
    readonly payload: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly selector: string;
    readonly mates: number;
  };
  /** ISO 8601 in UTC. */
  readonly created_at: string;
}

/** Waiting requests by event, actor and request id. */
export type Stats = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, RequestStats>>>>>>;

/** `wallOffset`: what has to be added to the clock's time to get milliseconds since 1970. */
export function statsOf(requests: Iterable<PendingRequest>, wallOffset: number): Stats {
  const stats = emptyRecord<Record<string, Record<string, RequestStats>>>();
  for (const { id, event, actor, payload, mates, profile, since } of requests) {
    const actors = (stats[event] ??= emptyRecord());
    const ids = (actors[actor] ??= emptyRecord());
    const { labels, selectorText: selector } = profile;
    ids[id] = {
      params: { event, actor, payload, labels, selector, mates },
      created_at: new Date(since + wallOffset).toISOString(),
    };
  }
  return stats;
}

/** Without prototype, so that an event may be called `constructor`. */
function emptyRecord<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}
