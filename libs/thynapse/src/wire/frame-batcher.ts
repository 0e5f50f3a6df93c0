import type { Message } from '@syncytium/transport';
import { packFrames } from './batch.js';
import { fullFrameBytes } from './wire.js';

export interface FrameBatcherOptions {
  /** Passes a message on. */
  readonly send: (message: Message) => void;
  /** Whether the other side takes batches; one frame per message until it is known. */
  readonly takesBatches: () => boolean;
}

/**
 * Puts commands to one peer together: what is said in one turn of the event loop goes out at its end. Nothing waits for
 * more to come, so that one that is alone loses only the rest of its turn. (To send the first of a turn on its own would
 * double the messages, and a message costs more than the dozens of commands that it may carry.)
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
    if (!this.#options.takesBatches()) {
      this.flush();
      this.#options.send([frame]);
      return;
    }
    this.#pending.push(frame);
    this.#tick ??= setImmediate(this.#onTick);
    this.#pendingBytes += frame.length;
    if (this.#pendingBytes >= fullFrameBytes) this.flush();
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
    this.#tick = undefined;
    this.flush();
  };
}
