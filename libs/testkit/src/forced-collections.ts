import { constants, PerformanceObserver } from 'node:perf_hooks';
import { Inbox } from './inbox.js';

const { NODE_PERFORMANCE_GC_FLAGS_FORCED, NODE_PERFORMANCE_GC_MINOR } = constants;

/** What is told of collections of garbage. */
export interface ForcedCollections {
  /** How long each took, in milliseconds. */
  readonly took: Inbox<number>;
  stop(): void;
}

/** Watches the collections of young garbage in this thread that the program asks for from now on. */
export function watchForcedCollections(): ForcedCollections {
  const took = new Inbox<number>();
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { kind, flags } = (entry as unknown as { readonly detail: { kind: number; flags: number } }).detail;
      if (kind === NODE_PERFORMANCE_GC_MINOR && (flags & NODE_PERFORMANCE_GC_FLAGS_FORCED) !== 0)
        took.put(entry.duration);
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  return { took, stop: () => observer.disconnect() };
}
