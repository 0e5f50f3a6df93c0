import { isUtf8 } from 'node:buffer';

/** Whether bytes that come in pieces are UTF-8, wherever they are cut. */
export class Utf8Check {
  isValid = true;
  /** The beginning of a character that is not complete; at most three bytes. */
  #kept: Uint8Array = new Uint8Array(0);

  push(piece: Uint8Array): void {
    if (!this.isValid) return;
    const bytes = this.#kept.length === 0 ? piece : Buffer.concat([this.#kept, piece]);
    const end = bytes.length - openBytesOf(bytes);
    this.#kept = Uint8Array.from(bytes.subarray(end));
    this.isValid = isUtf8(bytes.subarray(0, end));
  }

  /** Whether all of it was UTF-8. */
  end(): boolean {
    return this.isValid && this.#kept.length === 0;
  }
}

/** The least leading byte of a character that is longer than one, two and three bytes. */
const leads = [0xc0, 0xe0, 0xf0];

/** How many bytes at the end begin a character that needs more. */
function openBytesOf(bytes: Uint8Array): number {
  for (let count = 1; count <= 3 && count <= bytes.length; count++) {
    const byte = bytes[bytes.length - count] as number;
    if (byte < 0x80) return 0;
    // A leading byte says by its upper bits how many there are in all.
    if (byte >= 0xc0) return byte >= (leads[count - 1] as number) ? count : 0;
  }
  return 0;
}
