import type { WireError } from '@syncytium/kit';
import type { SyncParams } from './params.js';

/** Names a request on its connection; chosen by the client, unique among those that are not answered yet. */
export type MessageId = string | number;

/** Longest id that is a text, in UTF-16 units. */
export const messageIdLengthMax = 128;

/** Client: begins a request. */
export interface RequestMessage extends SyncParams {
  readonly id: MessageId;
}

/** Client: gives a request up. */
export interface CancelMessage {
  readonly cancel: MessageId;
}

export type ClientMessage = RequestMessage | CancelMessage;

/** Server: the request synced. */
export interface SyncMessage {
  readonly id: MessageId;
  readonly payloads: Readonly<Record<string, string>>;
  /** The same for all members of the group. */
  readonly match: string;
  readonly request: string;
  readonly waitedMs: number;
}

/** Server: the request did not sync. Without an id: a message could not be told to belong to a request. */
export interface ErrorMessage {
  readonly id?: MessageId;
  readonly error: WireError;
}

/** Server: the request was given up (`true`), or it was not there any more. */
export interface CancelledMessage {
  readonly id: MessageId;
  readonly cancelled: boolean;
}

/**
 * What travels over `/ws`, one JSON object per message.
 *
 * @see docs/spec/netsync.md
 */
export type ServerMessage = SyncMessage | ErrorMessage | CancelledMessage;
