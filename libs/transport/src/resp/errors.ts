import { SyncytiumError } from '@syncytium/kit';

/** What a client is answered instead of a result; `text` goes over the wire as it is, its first word being a code. */
export class ReplyError extends SyncytiumError {
  constructor(readonly text: string) {
    super('resp_reply', text);
  }
}

/** Bytes that are no request: the client is told and disconnected, since nothing after them can be understood. */
export class RequestError extends SyncytiumError {
  constructor(problem: string) {
    super('resp_protocol', `Protocol error: ${problem}`);
  }
}
