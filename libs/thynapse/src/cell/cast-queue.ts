import type { Clock } from '@syncytium/kit';
import type { DealerSocket } from '@syncytium/transport';

/** Runs of unconfirmed events that may wait for the line; above, whoever sends them had better wait. */
const castRunsWanted = 16;

/** Above this, and this many bytes while there is no welcome, such events are refused. */
const castRunsMax = 2000;
const castHeldBytesMax = 64 * 1024 * 1024;

/** How long runs of unconfirmed events wait: for a welcome, here; and behind it in the socket. */
export class CastQueue {
  readonly #socket: DealerSocket;
  readonly #clock: Clock;
  /** Runs that wait for a welcome. */
  readonly #held: Uint8Array[] = [];
  #heldBytes = 0;
  #onRoom: (() => void)[] = [];
  #isClosed = false;

  constructor(socket: DealerSocket, clock: Clock) {
    this.#socket = socket;
    this.#clock = clock;
  }

  get isFull(): boolean {
    return this.#socket.waiting > castRunsMax || this.#heldBytes > castHeldBytesMax;
  }

  get hasRoom(): boolean {
    return this.#socket.waiting <= castRunsWanted && this.#held.length === 0;
  }

  get isHolding(): boolean {
    return this.#held.length > 0;
  }

  hold(run: Uint8Array): void {
    this.#held.push(run);
    this.#heldBytes += run.length;
  }

  /** Everything that it holds, which it then does no more. */
  release(): Uint8Array[] {
    this.#heldBytes = 0;
    return this.#held.splice(0);
  }

  /** Resolves when there is room for more events. */
  async drained(): Promise<void> {
    if (this.hasRoom || this.#isClosed) return;
    await new Promise<void>((resolve) => {
      if (this.#onRoom.push(resolve) === 1) this.#tellRoom();
    });
  }

  /** Nobody waits any more. */
  close(): void {
    this.#isClosed = true;
    for (const resolve of this.#onRoom.splice(0)) resolve();
  }

  /** Nobody tells when a queue has become short, so it is looked at again and again while somebody waits. */
  #tellRoom(): void {
    if (this.#onRoom.length === 0) return;
    if (this.hasRoom) for (const resolve of this.#onRoom.splice(0)) resolve();
    else this.#clock.setTimer(1, () => this.#tellRoom());
  }
}
