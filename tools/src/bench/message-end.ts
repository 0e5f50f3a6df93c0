const nothing = Buffer.alloc(0);

/** Finds the end of a message in what a server sends, of which only the heads of its frames are looked at. */
export class MessageEnd {
  /** The beginning of a head that has not come whole. */
  #kept: Buffer = nothing;
  /** Bytes of the frame that are still to come. */
  #left = 0;
  #isLast = false;

  /** Whether the message has ended with these bytes. */
  pass(chunk: Buffer): boolean {
    const bytes = this.#kept.length === 0 ? chunk : Buffer.concat([this.#kept, chunk]);
    this.#kept = nothing;
    for (let at = 0; ;) {
      const passed = Math.min(this.#left, bytes.length - at);
      at += passed;
      this.#left -= passed;
      if (this.#left > 0) return false;
      if (this.#isLast) return true;
      const headBytes = headBytesAt(bytes, at);
      if (bytes.length - at < headBytes) {
        this.#kept = bytes.subarray(at);
        return false;
      }
      this.#isLast = bytes.readUInt8(at) >= 0x80;
      this.#left = payloadBytesAt(bytes, at, headBytes);
      at += headBytes;
    }
  }
}

/** How long the head of a frame is that a server sent; of a head that has not come whole, what is there says. */
export function headBytesAt(bytes: Buffer, at: number): number {
  const shortLength = bytes[at + 1] ?? 0;
  return shortLength < 126 ? 2 : shortLength === 126 ? 4 : 10;
}

export function payloadBytesAt(bytes: Buffer, at: number, headBytes: number): number {
  if (headBytes === 2) return bytes.readUInt8(at + 1);
  return headBytes === 4 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
}
