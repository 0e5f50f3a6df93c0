/** Copies are put one behind the other into pieces of memory of this size; what is larger stays as it came. */
const slabBytes = 256 * 1024;

interface Slab {
  readonly bytes: Buffer;
  used: number;
  /** How much of what lies in it is still wanted. */
  wanted: number;
}

/** Where a copy lies. Whoever keeps many uses a place again when what it held is given up. */
export class Place {
  slab: Slab | undefined;
  start = 0;
  end = 0;
}

/**
 * Copies of bytes that are given up in about the order in which they came. They lie in few pieces of memory that are used
 * again and again: a message of ØMQ that is kept would itself outlive two collections of young garbage, and then only a
 * collection of the whole heap frees it.
 */
export class KeptBytes {
  #current = newSlab(0);
  readonly #spare: Slab[] = [];
  #size = 0;

  /** How many bytes are kept. */
  get size(): number {
    return this.#size;
  }

  /** Copies the bytes to a place that holds nothing. */
  keep(bytes: Uint8Array, place: Place): void {
    const { buffer, byteOffset, length } = bytes;
    if (length <= slabBytes) this.reserve(length, place).set(bytes, place.start);
    else this.#occupy(place, { bytes: Buffer.from(buffer, byteOffset, length), used: 0, wanted: 0 }, length);
  }

  /** Makes room for so many bytes in a place that holds nothing. They are to be put into the result, at its `start`. */
  reserve(length: number, place: Place): Buffer {
    const slab = length > slabBytes ? newSlab(length) : this.#slabFor(length);
    this.#occupy(place, slab, length);
    return slab.bytes;
  }

  /** The bytes, for as long as their receiver wants them; none if the place holds nothing. */
  read({ slab, start, end }: Place): Buffer | undefined {
    return slab && Buffer.from(slab.bytes.subarray(start, end));
  }

  /** Nobody asks any more for what the place holds. */
  giveUp(place: Place): void {
    const { slab } = place;
    place.slab = undefined;
    if (!slab) return;
    this.#size -= place.end - place.start;
    slab.wanted--;
    if (slab !== this.#current) this.#recycle(slab);
  }

  #occupy(place: Place, slab: Slab, length: number): void {
    place.slab = slab;
    place.start = slab.used;
    place.end = slab.used += length;
    slab.wanted++;
    this.#size += length;
  }

  #slabFor(length: number): Slab {
    const full = this.#current;
    if (full.used + length <= full.bytes.length) return full;
    this.#current = this.#spare.pop() ?? newSlab(slabBytes);
    this.#recycle(full);
    return this.#current;
  }

  #recycle(slab: Slab): void {
    if (slab.wanted > 0 || slab.bytes.length !== slabBytes) return;
    slab.used = 0;
    this.#spare.push(slab);
  }
}

function newSlab(size: number): Slab {
  return { bytes: Buffer.allocUnsafeSlow(size), used: 0, wanted: 0 };
}
