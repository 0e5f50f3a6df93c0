import type { Clock, Deadlines, Log, WaitSubject, WaitTable } from '@syncytium/kit';
import type { Store } from '../keyspace/store.js';
import type { RespLimits } from './limits.js';
import type { Monitors } from './monitors.js';
import type { InputMemory } from './request-parser.js';
import type { RespSession } from './resp-session.js';
import type { ServerFacts } from './server-facts.js';

/** What a client must give before anything else. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** A waiting client as its server describes it to people. */
export interface WaitingClient {
  readonly id: number;
  /** The name it gave itself; empty when it gave none. */
  readonly name: string;
  readonly address: string;
}

/** A blocked client's wait in the terms of whoever knows what the keys mean. */
export type WaitDescription = Pick<WaitSubject, 'who' | 'what' | 'whom'>;

/** The server around a session: what it may use and whom it tells. */
export interface RespHost {
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: RespLimits;
  readonly memory: InputMemory;
  readonly credentials: Credentials | undefined;
  /** All connected clients by their id. */
  readonly sessions: ReadonlyMap<number, RespSession>;
  readonly waits: WaitTable | undefined;
  /** When waiting clients are told that there is nothing. */
  readonly deadlines: Deadlines;
  /** Clients that see what is executed. */
  readonly monitors: Monitors;
  /** What a client that waits for these keys is and waits for, as far as their names tell. */
  describeWait(client: WaitingClient, keys: readonly string[]): WaitDescription | undefined;
  /** Executes one command on the broker and serves whoever waited for its effects. */
  execute<T>(command: (store: Store) => T): T;
  facts(): ServerFacts;
  countCommand(): void;
}

/** The line a client is at the end of. */
export interface ClientLine {
  /** The client's end, `127.0.0.1:50123`. */
  readonly address: string;
  /** The server's end. */
  readonly localAddress: string;
  /** Bytes taken from the session that the client has not yet been sent. */
  readonly unsentBytes: number;
  /** The session has something to send, or is to be closed. */
  onOutput(): void;
  /** The session waits no more; {@link RespSession.resume} is to be called when the command that served it is executed. */
  onServed(): void;
  /** Closes the line at once, whatever is still to be sent. */
  destroy(): void;
}
