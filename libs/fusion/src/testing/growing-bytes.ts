import type { JsonTarget } from '../store/json-target.js';

/** A target that begins with no room at all and makes no more than is asked for. */
export class GrowingBytes implements JsonTarget {
  bytes = Buffer.alloc(0);
  at = 0;

  reserve(count: number): void {
    if (this.at + count > this.bytes.length) this.bytes = Buffer.concat([this.bytes], this.at + count);
  }

  toString(): string {
    return this.bytes.toString('utf8', 0, this.at);
  }
}
