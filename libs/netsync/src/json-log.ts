import type { RequestFacts, TraceEntry } from './trace.js';

const messages = { arrive: '+', match: 'match', leave: '-' } as const;

/**
 * Lines of JSON for what happened, one for each request: `+` it arrived, `match` it syncs, `-` it left without. Payloads
 * are not logged.
 */
export function jsonLogLines(entry: TraceEntry, time: Date): string[] {
  const requests = entry.kind === 'match' ? entry.requests : [entry.request];
  return requests.map((request) =>
    JSON.stringify({
      time: time.toISOString(),
      msg: messages[entry.kind],
      ...requestFields(request),
      ...(entry.kind === 'match' && { match_id: entry.matchId }),
      ...(entry.kind === 'leave' && { reason: entry.reason }),
      pending: entry.pending,
    }),
  );
}

function requestFields({ id, event, actor, labels, selector, mates, ageMs }: RequestFacts) {
  return { rid: id, event, actor, labels, selector, mates, age: Math.round(ageMs) / 1000 };
}
