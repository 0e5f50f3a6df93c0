import type { Message } from '@syncytium/transport';
import { packFrames } from './batch.js';

export interface FrameBatcherOptions {
  /** Passes a message on. */
  readonly send: (message: Message) => void;
  /** Whether the other side takes batches; one frame per message until it is known. */
  readonly takesBatches: () => boolean;
}

/** Above this, waiting for more would only use memory. */
const pendingBytesMax = 256 * 1024;

/**
 * Puts commands to one peer together, without making anybody wait who is alone: the first of a tick of the event loop
 * goes out at once, and what follows in the same tick goes out together at its end.
 */
export class FrameBatcher {
  readonly #options: FrameBatcherOptions;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #tick: NodeJS.Immediate | undefined;

  constructor(options: FrameBatcherOptions) {
    this.#options = options;
  }

  push(frame: Uint8Array): void {
    if (!this.#tick || !this.#options.takesBatches()) {
      this.flush();
      this.#options.send([frame]);
      this.#tick ??= setImmediate(this.#onTick);
      return;
    }
    this.#pending.push(frame);
    this.#pendingBytes += frame.length;
    if (this.#pendingBytes >= pendingBytesMax) this.flush();
  }

  /** Sends what waits. */
  flush(): void {
    if (this.#pending.length === 0) return;
    const frames = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#options.send(packFrames(frames));
  }

  /** Drops what waits. */
  clear(): void {
    this.#pending = [];
    this.#pendingBytes = 0;
    clearImmediate(this.#tick);
    this.#tick = undefined;
  }

  readonly #onTick = (): void => {
    // While there is something in every tick, it goes on so.
    this.#tick = this.#pending.length > 0 ? setImmediate(this.#onTick) : undefined;
    this.flush();
  };
}
