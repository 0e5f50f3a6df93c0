import { silentLog } from '@syncytium/kit';
import type { Crew, CrewEvents } from './crew.js';
import type { EngineOptions } from './engine-options.js';
import { InlineCrew, type InlineCrewOptions } from './inline-crew.js';
import { ThreadCrew } from './threads/thread-crew.js';

/** The crew that an engine's options ask for: threads, or nobody but the engine's own. */
export function makeCrew(
  options: EngineOptions,
  events: CrewEvents,
  inline: Pick<InlineCrewOptions, 'defer' | 'onUnexpected'>,
): Crew {
  const { clock, prng, log = silentLog, threads, pollWindowMs = 0, responseBytesMax, memoryBytesMax } = options;
  const evicts = options.whenFull === 'evict-lru';
  const common = { clock, prng, responseBytesMax, memoryBytesMax, evicts };
  if (threads) return new ThreadCrew({ ...threads, ...common, log, pollWindowMs }, events);
  return new InlineCrew({ ...common, ...inline }, events);
}
