import { getHeapStatistics, setFlagsFromString } from 'node:v8';

/** So much may come to a small heap before V8 looks at the whole of it again, instead of the 8 MB or so of its own choice. */
const growthBytes = 64 * 1024 * 1024;

/**
 * Lets the heap of this process grow by 64 MB, messages outside of it included, between two collections of the whole: V8
 * asks for the growth, in percent of what was in use, at the end of each. A heap above that is left to V8's own choice.
 */
export function letHeapGrow(): void {
  setFlagsFromString(`--heap-growing-percent=${heapGrowthPercent(getHeapStatistics().used_heap_size)}`);
}

/** 0 is V8's own choice. */
export function heapGrowthPercent(usedBytes: number): number {
  return usedBytes < growthBytes ? Math.round((100 * growthBytes) / usedBytes) : 0;
}
