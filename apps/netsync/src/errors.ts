import { SyncytiumError, type ErrorDetails } from '@syncytium/kit';
import type { MessageId } from '@syncytium/netsync';
import { HttpError, type ErrorStatus } from '@syncytium/transport/http';

/** A body that is not what its content type, or `input`, says (400). Code `bad_body`. */
export class BadBodyError extends HttpError {
  constructor(format: string, problem: string) {
    super(400, 'bad_body', `the body is not valid ${format}: ${problem}`, { details: { format } });
  }
}

/** A body of a type that is not understood (415). Code `unsupported_media_type`. */
export class MediaTypeError extends HttpError {
  constructor(contentType: string, accepted: readonly string[]) {
    super(415, 'unsupported_media_type', `the body is ${contentType}; accepted are ${accepted.join(', ')}`, {
      details: { contentType, accepted },
    });
  }
}

/** A parameter that the path does not know (400). Code `unknown_param`. */
export class UnknownParamError extends HttpError {
  constructor(param: string, known: readonly string[]) {
    super(400, 'unknown_param', `${param} is no parameter here; known are ${known.join(', ')}`, {
      details: { param, known },
    });
  }
}

/** A message of a WebSocket connection that is no JSON object in text. Code `bad_message`. */
export class BadMessageError extends SyncytiumError {
  constructor(problem: string, facts: ErrorDetails = {}) {
    super('bad_message', `the message is ${problem}`, { details: facts });
  }
}

/** A request of a WebSocket connection whose id belongs to one that waits; that one goes on. Code `duplicate_id`. */
export class DuplicateIdError extends SyncytiumError {
  constructor(id: MessageId) {
    super('duplicate_id', `a request with the id ${JSON.stringify(id)} waits already`, { details: { id } });
  }
}

/** HTTP status of the library's error codes. */
export const errorStatus: ErrorStatus = {
  missing_param: 400,
  bad_param: 400,
  bad_selector: 400,
  bad_labels: 400,
  too_large: 413,
  superseded: 409,
  idempotency_reused: 422,
  search_limit: 503,
};
