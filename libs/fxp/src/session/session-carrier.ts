import type { Duration } from '@syncytium/kit';
import type { SessionMode } from './session-terms.js';
import type { SessionState } from './session-state.js';

export interface WaitOptions {
  /** Longest wait, `10s` or milliseconds; 0 for ever. The session's own unless told. */
  readonly timeout?: Duration;
  /** Gives up waiting. What arrives in that moment is not lost: it is popped next. */
  readonly signal?: AbortSignal;
}

export interface CallOptions extends WaitOptions {
  /** One of many at once: its input must not stand behind the pop of another one's answer. */
  readonly isOneOfMany?: boolean;
}

/** An item that is put into bytes when its header is known, so that the header costs no copy. */
export interface OutgoingItem {
  encode(header: string): Uint8Array;
  /** Whether the item is bytes, which need no encoding and, in parts, no copy. */
  readonly isBytes: boolean;
}

/** Carries the items of one party's end of a session, as bytes. What it throws is described where it is used. */
export interface SessionCarrier {
  readonly mode: SessionMode;
  readonly state: SessionState;
  /** The number of the first input that this party was given; `undefined` before, and where inputs have no numbers. */
  readonly firstInput: number | undefined;
  push(item: OutgoingItem): Promise<void>;
  /** The next item; `undefined` when the time has passed. */
  pop(options: WaitOptions): Promise<Uint8Array | undefined>;
  /** Pushes an item and resolves with the answer to it. */
  call(item: OutgoingItem, options: CallOptions): Promise<Uint8Array>;
  /** The timeout of a wait in milliseconds, 0 for ever. */
  timeoutMsOf(options: WaitOptions): number;
  timeoutError(waitedMs: number): Promise<Error>;
  /** Calls `fire` after a time, for whoever waits for several items at once. */
  setTimer(delayMs: number, fire: () => void): { cancel(): void };
  /** Says that this party has nothing more to say. */
  end(): Promise<void>;
  /** Says why this party stops. */
  fail(error: unknown): Promise<void>;
  close(): Promise<void>;
}
