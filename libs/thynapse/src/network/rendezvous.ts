/**
 * The one of `candidates` that a key belongs to: everybody who asks with the same candidates gets the same one, and when
 * one goes, only its own keys move. `undefined` where there is none.
 */
export function rendezvous<T>(key: string, candidates: Iterable<T>, idOf: (candidate: T) => string): T | undefined {
  let best: T | undefined;
  let bestScore = -1;
  const keyHash = hashOf(key);
  for (const candidate of candidates) {
    const score = mixed(hashOf(idOf(candidate), keyHash));
    if (score < bestScore || (score === bestScore && best !== undefined && idOf(candidate) > idOf(best))) continue;
    best = candidate;
    bestScore = score;
  }
  return best;
}

/** How well a key and a candidate go together: a hash over both, mixed since ids differ in any of their digits. */
export function scoreOf(key: string, id: string): number {
  return mixed(hashOf(id, hashOf(key)));
}

/** FNV-1a, that goes on from the hash of what came before. */
function hashOf(text: string, before = 0x811c9dc5): number {
  let hash = before;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

function mixed(hash: number): number {
  let mix = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
  mix = Math.imul(mix ^ (mix >>> 15), 0x735a2d97);
  return (mix ^ (mix >>> 15)) >>> 0;
}
