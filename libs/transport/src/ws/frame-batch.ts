/** Most bytes before the payload of a frame that is not masked and shorter than 64 KiB. */
const headBytesMax = 4;
const textByte = 0x81;
const bytesByte = 0x82;
/** Frames of all connections are written into one buffer after the other of this size. */
const poolBytes = 64 * 1024;

let pool = Buffer.alloc(0);
let poolAt = 0;

/**
 * Messages that leave as frames of a server: whole, not masked and not compressed. Many small ones become few large
 * buffers; a buffer for each would cost more than what is in it.
 */
export class FrameBatch {
  readonly #messages: (string | Uint8Array)[] = [];
  readonly #isBinary: boolean[] = [];
  /** No less than the bytes of the frames. */
  #bytes = 0;

  /** No less than the bytes that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes a message; `false` when it is too long to be sent with others. */
  add(data: string | Uint8Array, isBinary: boolean): boolean {
    const bytesMax = frameBytesMax(data);
    if (bytesMax > poolBytes / 4) return false;
    this.#messages.push(data);
    this.#isBinary.push(isBinary);
    this.#bytes += bytesMax;
    return true;
  }

  /** Writes all frames, in order, with as few calls as possible. */
  flush(write: (bytes: Buffer) => void): void {
    if (this.#bytes === 0) return;
    let from = poolAt;
    this.#messages.forEach((data, i) => {
      if (poolAt + frameBytesMax(data) > pool.length) {
        if (poolAt > from) write(pool.subarray(from, poolAt));
        pool = Buffer.allocUnsafeSlow(poolBytes);
        from = poolAt = 0;
      }
      poolAt = writeFrame(pool, poolAt, data, this.#isBinary[i] ? bytesByte : textByte);
    });
    this.#messages.length = 0;
    this.#isBinary.length = 0;
    this.#bytes = 0;
    write(pool.subarray(from, poolAt));
  }
}

/** No less than the bytes of the frame: a UTF-16 unit is three bytes of UTF-8 at most. */
export function frameBytesMax(data: string | Uint8Array): number {
  return headBytesMax + (typeof data === 'string' ? data.length * 3 : data.byteLength);
}

/** Gives where the frame ends. */
function writeFrame(into: Buffer, at: number, data: string | Uint8Array, first: number): number {
  // A text of up to 125 units may turn out longer than a short head can say; its frame has a long one then.
  const units = data.length;
  let start = at + (units > 125 ? 4 : 2);
  let length = writeData(into, start, data);
  if (length > 125 && units <= 125) {
    start = at + 4;
    length = writeData(into, start, data);
  }
  into[at] = first;
  if (length <= 125) {
    into[at + 1] = length;
  } else {
    into[at + 1] = 126;
    into.writeUInt16BE(length, at + 2);
  }
  return start + length;
}

function writeData(into: Buffer, at: number, data: string | Uint8Array): number {
  if (typeof data === 'string') return into.write(data, at);
  into.set(data, at);
  return data.byteLength;
}
