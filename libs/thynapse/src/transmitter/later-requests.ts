import { decodeFrame } from '@syncytium/codec';
import { frameOf, Requests } from '../wire/requests.js';
import type { EventSource, LaterEvents } from './later-events.js';

/** Requests of a frame, published: all of them unless told. */
export class LaterRequests implements LaterEvents {
  readonly #requests: Requests;
  readonly #some: readonly number[] | undefined;

  constructor(requests: Requests, some?: readonly number[]) {
    this.#requests = requests;
    this.#some = some;
  }

  get count(): number {
    return this.#some?.length ?? this.#requests.count;
  }

  get bytes(): number {
    return (this.#requests.bytes.length * this.count) / this.#requests.count;
  }

  /** Of some of them only, the whole frame would be too much. */
  get source(): EventSource | undefined {
    return this.#some ? undefined : { frame: this.#requests.bytes, read: readRequests };
  }

  frames(): readonly Uint8Array[] {
    return this.#some?.map((index) => frameOf(this.#requests, index)) ?? framesOf(this.#requests);
  }
}

/** Each request of a frame as an event of its own. */
export function framesOf(requests: Requests): readonly Uint8Array[] {
  return requests.ids.map((_, index) => frameOf(requests, index));
}

function readRequests(frame: Uint8Array): readonly Uint8Array[] {
  return framesOf(new Requests(decodeFrame(frame)));
}
