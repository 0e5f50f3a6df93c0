/** Blocks come in these sizes: every even number of words up to this many, then eight sizes to each doubling. */
const fineWordsMax = 64;
const fineClasses = fineWordsMax / 2;
const log2FineMax = 31 - Math.clz32(fineWordsMax);

/** How many sizes there are, up to 2^30 words. */
export const blockClasses = fineClasses + (30 - log2FineMax) * 8 + 1;

/** The number of the smallest size that holds so many words. */
export function blockClassOf(words: number): number {
  if (words <= fineWordsMax) return Math.max((words + 1) >>> 1, 1);
  const log2 = 31 - Math.clz32(words - 1);
  return fineClasses + (log2 - log2FineMax) * 8 + (((words - 1) >>> (log2 - 3)) & 7) + 1;
}

/** The words of a block of a size; always even. */
export function blockWords(blockClass: number): number {
  if (blockClass <= fineClasses) return blockClass * 2;
  const step = blockClass - fineClasses - 1;
  return (9 + (step & 7)) << (log2FineMax + (step >>> 3) - 3);
}

/** The number of the largest size that fits into so many words, which are even and at least 2. */
export function largestClassIn(words: number): number {
  const blockClass = blockClassOf(words);
  return blockWords(blockClass) > words ? blockClass - 1 : blockClass;
}
