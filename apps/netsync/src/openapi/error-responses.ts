import type { Header, Response, Schema } from './types.js';

/** Every error code that an answer can have, by its status; what it means. */
export const errorCodes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  400: {
    missing_param: '`param` is required',
    bad_param: '`param` cannot be used',
    unknown_param: '`param` is no parameter here; `known` are those that are',
    bad_selector: 'the selector is malformed at `position`',
    bad_labels: 'the labels are malformed at `position`',
    bad_json: 'the body is not JSON',
    bad_body: 'the body is not of the `format` it is said to be',
    bad_url: 'the path is no valid URL',
    bad_request: 'the bytes are no valid HTTP request',
    invalid_argument: '`field` cannot be used',
  },
  403: {
    host_refused: 'the host is not called so',
    origin_refused: 'pages of this origin may not call',
  },
  404: { not_found: 'there is no such path' },
  405: { method_not_allowed: 'the path does not take this method; `allow` are those it takes' },
  408: {
    timeout:
      'the request’s timeout passed: `waitedMs` is how long it waited, `present` who matched it and each other, `missing` how many more it needed, `blockedBy` who stood in the way; or the request did not arrive in time',
  },
  409: { superseded: 'the request was asked again under its `idempotency`, and goes on there' },
  413: { too_large: 'a parameter, named by `param`, or the body is too long' },
  415: { unsupported_media_type: 'the body is of a type that is not understood; `accepted` are those that are' },
  417: { expectation_failed: 'the header expect asks for something else than 100-continue' },
  422: { idempotency_reused: 'the `idempotency` belongs to a request that said something else' },
  426: { upgrade_required: 'the path takes WebSocket connections' },
  431: { header_too_large: 'the request line and headers are too long' },
  500: { internal: 'a mistake of the server' },
  503: {
    limit_reached: 'too many requests wait: on the server or on the event',
    search_limit: 'whether there is a group could not be told within the work that one request may cost',
    closed: 'the server is shutting down',
    not_ready: 'the server does not take requests (any more); `reason` says why',
  },
};

/** Statuses that any path may answer with. */
export const commonStatuses = [400, 403, 405, 408, 413, 417, 431, 500, 503] as const;

/** What an error may say beside its code. */
export const errorDetails: Readonly<Record<string, Schema>> = {
  message: { type: 'string', description: 'For people.' },
  param: { type: 'string', description: 'The parameter that is wrong, under the name the path has for it.' },
  position: { type: 'integer', minimum: 0, description: 'Where in the parameter or the body, in UTF-16 units.' },
  waitedMs: { type: 'integer', minimum: 0 },
  present: { type: 'array', items: { type: 'string' } },
  missing: { type: 'integer', minimum: 1 },
  blockedBy: { type: 'string' },
};

export const errorSchema: Schema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: {
        code: { type: 'string', enum: Object.values(errorCodes).flatMap((codes) => Object.keys(codes)) },
        ...errorDetails,
      },
      additionalProperties: true,
    },
  },
  additionalProperties: false,
};

const headersOf: Readonly<Record<string, Readonly<Record<string, Header>>>> = {
  405: { allow: { description: 'The methods that the path takes.', schema: { type: 'string' } } },
  426: { upgrade: { description: '`websocket`', schema: { type: 'string' } } },
  503: {
    'retry-after': {
      description: 'Seconds after which asking again makes sense. Not with `not_ready`.',
      schema: { type: 'integer' },
    },
  },
};

/** The responses to requests that fail with one of the statuses. */
export function errorResponses(statuses: readonly number[]): Record<string, Response> {
  const sorted = [...new Set(statuses)].sort((a, b) => a - b);
  return Object.fromEntries(sorted.map((status) => [String(status), errorResponse(String(status))]));
}

function errorResponse(status: string): Response {
  const codes = Object.entries(errorCodes[status] ?? {});
  const headers = headersOf[status];
  return {
    description: codes.map(([code, meaning]) => `\`${code}\`: ${meaning}`).join('. '),
    ...(headers && { headers }),
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  };
}
