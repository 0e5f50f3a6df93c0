/**
 * The one of `candidates` that a key belongs to: everybody who asks with the same candidates gets the same one, and when
 * one goes, only its own keys move. `undefined` where there is none.
 */
export function rendezvous<T>(key: string, candidates: Iterable<T>, idOf: (candidate: T) => string): T | undefined {
  let best: T | undefined;
  let bestScore = -1;
  for (const candidate of candidates) {
    const score = scoreOf(key, idOf(candidate));
    if (score < bestScore || (score === bestScore && best !== undefined && idOf(candidate) > idOf(best))) continue;
    best = candidate;
    bestScore = score;
  }
  return best;
}

/** How well a key and a candidate go together: FNV-1a over both, then mixed, since ids differ in any of their digits. */
export function scoreOf(key: string, id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
  return (hash ^ (hash >>> 15)) >>> 0;
}
