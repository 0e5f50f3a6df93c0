import { BlockedPops } from './blocked-pops.js';
import { Channels } from './channels.js';
import { Keyspace } from './keyspace.js';

/** Is shown a command: its name and its arguments. */
export type CommandObserver = (words: readonly Uint8Array[]) => void;

export interface StoreOptions {
  /** Most bytes that keys and values may take, overheads included (no maximum unless told). */
  readonly bytesMax?: number;
}

/**
 * All that one broker holds: keys, those who wait for lists, and channels. Commands are executed one at a time, each
 * to its end, at a time that the caller tells. Both the in-process broker and the RESP server stand on it.
 */
export class Store {
  readonly keyspace: Keyspace;
  readonly blocked: BlockedPops;
  readonly channels = new Channels();
  /** Is shown what those inside the process write. */
  observer: CommandObserver | undefined;

  constructor({ bytesMax = Infinity }: StoreOptions = {}) {
    this.keyspace = new Keyspace({ bytesMax, onListCreated: (key) => this.blocked.onListCreated(key) });
    this.blocked = new BlockedPops(this.keyspace);
  }

  /** Executes one command at the time `now` (milliseconds), then serves whoever can be served because of it. */
  execute<T>(now: number, command: (store: Store) => T): T {
    this.keyspace.advance(now);
    try {
      return command(this);
    } finally {
      this.blocked.serve();
    }
  }
}
