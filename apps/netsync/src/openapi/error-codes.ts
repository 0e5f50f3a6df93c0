import type { ErrorCodes, Schemas } from '@syncytium/transport/openapi';

/** Error codes of the server's own answers by status; what they mean. */
export const netsyncErrorCodes: ErrorCodes = {
  400: {
    missing_param: '`param` is required',
    bad_param: '`param` cannot be used',
    unknown_param: '`param` is no parameter here; `known` are those that are',
    bad_selector: 'the selector is malformed at `position`',
    bad_labels: 'the labels are malformed at `position`',
    bad_body: 'the body is not of the `format` it is said to be',
  },
  408: {
    timeout:
      'the request’s timeout passed: `waitedMs` is how long it waited, `present` who matched it and each other, `missing` how many more it needed, `blockedBy` who stood in the way; or the request did not arrive in time',
  },
  409: { superseded: 'the request was asked again under its `idempotency`, and goes on there' },
  413: { too_large: 'a parameter, named by `param`, or the body is too long' },
  415: { unsupported_media_type: 'the body is of a type that is not understood; `accepted` are those that are' },
  422: { idempotency_reused: 'the `idempotency` belongs to a request that said something else' },
  503: {
    limit_reached: 'too many requests wait: on the server or on the event',
    search_limit: 'whether there is a group could not be told within the work that one request may cost',
  },
};

/** What an error may say beside its code. */
export const errorDetails: Schemas = {
  param: { type: 'string', description: 'The parameter that is wrong, under the name the path has for it.' },
  position: { type: 'integer', minimum: 0, description: 'Where in the parameter or the body, in UTF-16 units.' },
  waitedMs: { type: 'integer', minimum: 0 },
  present: { type: 'array', items: { type: 'string' } },
  missing: { type: 'integer', minimum: 1 },
  blockedBy: { type: 'string' },
};
