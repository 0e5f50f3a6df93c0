import type { Message, PeerId } from '@syncytium/transport';
import { FrameBatcher } from '../wire/frame-batcher.js';

export interface CellOutboxesOptions {
  readonly send: (to: PeerId, message: Message) => void;
  /** Whether a cell takes batches. */
  readonly takesBatches: (peer: PeerId) => boolean;
}

/** Commands on their way to each cell: what is said to one of them in one turn of the event loop goes together. */
export class CellOutboxes {
  readonly #options: CellOutboxesOptions;
  readonly #batchers = new Map<PeerId, FrameBatcher>();

  constructor(options: CellOutboxesOptions) {
    this.#options = options;
  }

  push(to: PeerId, frame: Uint8Array): void {
    (this.#batchers.get(to) ?? this.#add(to)).push(frame);
  }

  /** Gives up what belongs to lines that are no more. */
  prune(isThere: (peer: PeerId) => boolean): void {
    for (const [peer, batcher] of this.#batchers) {
      if (isThere(peer)) continue;
      batcher.flush();
      this.#batchers.delete(peer);
    }
  }

  /** Sends what waits; nothing follows. */
  close(): void {
    for (const batcher of this.#batchers.values()) {
      batcher.flush();
      batcher.clear();
    }
  }

  #add(peer: PeerId): FrameBatcher {
    const { send, takesBatches } = this.#options;
    const batcher = new FrameBatcher({
      send: (message) => send(peer, message),
      takesBatches: () => takesBatches(peer),
    });
    this.#batchers.set(peer, batcher);
    return batcher;
  }
}
