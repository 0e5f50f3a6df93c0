import { viewOf, type JsonTarget } from '../store/json-target.js';

/** A target that begins with no room at all and makes no more than is asked for. */
export class GrowingBytes implements JsonTarget {
  bytes: Buffer = Buffer.alloc(0);
  view = viewOf(this.bytes);
  at = 0;

  reserve(count: number): void {
    if (this.at + count <= this.bytes.length) return;
    this.bytes = Buffer.concat([this.bytes], this.at + count);
    this.view = viewOf(this.bytes);
  }

  toString(): string {
    return this.bytes.toString('utf8', 0, this.at);
  }
}
