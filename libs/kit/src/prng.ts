import { randomFillSync } from 'node:crypto';

/** Random numbers as an input, so that a run can be replayed from its seed. */
export interface Prng {
  /** A 32-bit unsigned integer. */
  uint32(): number;
  /** A number in [0, 1) with 53 random bits. */
  float(): number;
  /** An integer in [0, max), `max` from 1 to 2^32, without bias. */
  int(max: number): number;
  /** `count` random bytes in a buffer of their own. */
  bytes(count: number): Uint8Array;
}

/** Random numbers from the operating system, fetched 8 KiB at a time. */
export function systemPrng(): Prng {
  const pool = new Uint32Array(2048);
  let at = pool.length;
  return fromUint32(() => {
    if (at === pool.length) {
      randomFillSync(pool);
      at = 0;
    }
    return pool[at++] ?? 0;
  });
}

/**
 * The sequence that belongs to a seed (any safe integer): sfc32 seeded through splitmix32. Same seed, same sequence, on
 * every machine. Not for secrets.
 */
export function seededPrng(seed: number): Prng {
  let mix = seed | 0;
  const split = (): number => {
    mix = (mix + 0x9e3779b9) | 0;
    let t = mix ^ (mix >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t = Math.imul(t ^ (t >>> 15), 0x735a2d97);
    return t ^ (t >>> 15);
  };
  let a = split();
  // The upper half of the seed comes in after the lower has been mixed, so that no two seeds cancel out.
  mix ^= Math.floor(seed / 2 ** 32);
  let b = split();
  let c = split();
  let counter = 1;
  const next = (): number => {
    const t = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return t >>> 0;
  };
  for (let round = 0; round < 12; round++) next();
  return fromUint32(next);
}

function fromUint32(uint32: () => number): Prng {
  return {
    uint32,
    float: () => ((uint32() >>> 5) * 2 ** 26 + (uint32() >>> 6)) / 2 ** 53,
    int(max) {
      // Values above the largest multiple of max would favour the small results.
      const fair = 2 ** 32 - (2 ** 32 % max);
      let value = uint32();
      while (value >= fair) value = uint32();
      return value % max;
    },
    bytes(count) {
      const bytes = new Uint8Array(count);
      for (let at = 0; at < count; at += 4) {
        let word = uint32();
        for (let i = at; i < at + 4 && i < count; i++, word >>>= 8) bytes[i] = word & 0xff;
      }
      return bytes;
    },
  };
}
