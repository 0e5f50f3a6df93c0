/** Error codes by the status they come with, and what each means. */
export type ErrorCodes = Readonly<Record<number, Readonly<Record<string, string>>>>;

/** What any host answers to a request that it cannot serve. */
const hostErrorCodes: ErrorCodes = {
  400: {
    invalid_argument: '`field` cannot be used',
    bad_json: 'the body is not JSON',
    bad_url: 'the path is no valid URL',
    bad_request: 'the bytes are no valid HTTP request',
  },
  403: { host_refused: 'the host is not called so', origin_refused: 'pages of this origin may not call' },
  404: { not_found: 'there is no such path' },
  405: { method_not_allowed: 'the path does not take this method; `allow` are those it takes' },
  408: { timeout: 'what was waited for did not come: `missing` is the party, `what` it is, `waitedMs` how long' },
  413: { too_large: 'the body is too long' },
  415: { unsupported_media_type: 'the body is of a type that the path does not take' },
  417: { expectation_failed: 'the header expect asks for something else than 100-continue' },
  426: { upgrade_required: 'the path takes WebSocket connections' },
  431: { header_too_large: 'the request line and headers are too long' },
  500: { internal: 'a mistake of the server' },
  503: {
    limit_reached: 'the server has as much to do as it takes on',
    closed: 'the server is shutting down',
    not_ready: 'the server cannot work at present; `reason` says why',
  },
};

/** The statuses of failures that any path can answer with. */
export const anyPathStatuses: readonly number[] = [400, 403, 405, 408, 413, 417, 431, 500, 503];

/** A host's codes with those of a program, whose words go before the host's. */
export function withHostErrorCodes(own: ErrorCodes): ErrorCodes {
  const statuses = [...new Set([hostErrorCodes, own].flatMap((codes) => Object.keys(codes).map(Number)))];
  return Object.fromEntries(statuses.map((status) => [status, { ...hostErrorCodes[status], ...own[status] }]));
}

/** Names of all the codes. */
export function codesIn(errorCodes: ErrorCodes): string[] {
  return Object.values(errorCodes).flatMap((codes) => Object.keys(codes));
}
