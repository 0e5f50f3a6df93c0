/** A piece of a response that is being made. */
export interface ResponsePiece {
  readonly bytes: Uint8Array;
  /** A bit that tells its memory from that of others that are lent, to be given back; 0 where it is given away. */
  readonly lease: number;
}

/** A response of more bytes comes in pieces of about as many, so that the first are on their way while the last are made. */
export const pieceBytes = 512 * 1024;

/** Most pieces whose memory is lent at a time: what a client has not read by then is kept in memory of its own. */
const leasesMax = 16;

/**
 * The memory of a response's pieces, which other threads read where it is. The few that are lent serve again as soon as they
 * are given back: new memory for each, which is zeroed, touched for the first time and collected, would take longer than to
 * fill it.
 */
export class ResponsePieces {
  readonly #memory: Buffer[] = [];
  /** The leases of memory that is here. */
  #free = 0;

  /**
   * Memory for a piece, of `pieceBytes` or of more that are needed.
   *
   * @param prepare Is called with memory that has not been lent before: what it writes there is there again the next time,
   * but for what was written over it.
   */
  take(bytesMin: number, prepare?: (bytes: Buffer) => void): { readonly bytes: Buffer; readonly lease: number } {
    const isUsual = bytesMin <= pieceBytes;
    if (isUsual && this.#free !== 0) {
      const slot = 31 - Math.clz32(this.#free);
      this.#free &= ~(1 << slot);
      return { bytes: this.#memory[slot] as Buffer, lease: 1 << slot };
    }
    const slot = this.#memory.length;
    const isLent = isUsual && slot < leasesMax;
    const length = Math.max(bytesMin, pieceBytes);
    const bytes = isLent ? Buffer.from(new SharedArrayBuffer(length)) : Buffer.allocUnsafeSlow(length);
    if (isLent) this.#memory.push(bytes);
    prepare?.(bytes);
    return { bytes, lease: isLent ? 1 << slot : 0 };
  }

  /** What was lent under these leases may be written again. */
  giveBack(leases: number): void {
    this.#free |= leases;
  }
}
