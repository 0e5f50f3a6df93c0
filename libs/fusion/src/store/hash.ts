/** Stirs one more word into a hash. */
export function mixWord(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x21f0aaad);
  return mixed ^ (mixed >>> 15);
}

/** Lets every bit of a hash depend on all words; never 0, which stands for no value. */
export function finishHash(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x735a2d97);
  return mixed ^ (mixed >>> 15) || 1;
}
