/** Sets of small whole numbers, 32 to a word. */
export type Bitset = Uint32Array<ArrayBuffer>;

export function wordCount(max: number): number {
  return (max + 31) >>> 5;
}

/** All numbers from 0 to `count - 1`. */
export function fullBitset(count: number): Bitset {
  const bits = new Uint32Array(wordCount(count)).fill(0xffff_ffff);
  if (count & 31) bits[bits.length - 1] = (1 << (count & 31)) - 1;
  return bits;
}

export function hasBit(bits: Bitset, at: number): boolean {
  return (((bits[at >>> 5] ?? 0) >>> (at & 31)) & 1) === 1;
}

export function setBit(bits: Bitset, at: number): void {
  bits[at >>> 5] = (bits[at >>> 5] ?? 0) | (1 << (at & 31));
}

export function clearBit(bits: Bitset, at: number): void {
  bits[at >>> 5] = (bits[at >>> 5] ?? 0) & ~(1 << (at & 31));
}

/** The smallest number in the set that is at least `from`; -1 when there is none. */
export function firstBit(bits: Bitset, from = 0): number {
  for (let word = from >>> 5; word < bits.length; word++) {
    let value = bits[word] ?? 0;
    if (word === from >>> 5) value &= -1 << (from & 31);
    if (value !== 0) return word * 32 + (31 - Math.clz32(value & -value));
  }
  return -1;
}

export function countBits(bits: Bitset): number {
  let count = 0;
  for (let value of bits) {
    value -= (value >>> 1) & 0x5555_5555;
    value = (value & 0x3333_3333) + ((value >>> 2) & 0x3333_3333);
    count += Math.imul((value + (value >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
  }
  return count;
}

/** Writes what is in both sets into `target`. */
export function intersectInto(target: Bitset, a: Bitset, b: Bitset): void {
  for (let word = 0; word < target.length; word++) target[word] = (a[word] ?? 0) & (b[word] ?? 0);
}
