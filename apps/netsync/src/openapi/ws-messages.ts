import { messageIdLengthMax, type NetsyncLimits } from '@syncytium/netsync';
import { ref, text, type Schemas } from '@syncytium/transport/openapi';
import { eventVocabulary } from '../read-request.js';
import { batchMax } from '../ws-session.js';
import { errorDetails } from './error-codes.js';
import { bodySchema } from './parameters.js';

/** Error codes that only messages have; what they mean. */
const wsErrorCodes: Readonly<Record<string, string>> = {
  bad_message: 'the message is no JSON object (or array of them) in text',
  duplicate_id: 'a request with this `id` waits already, and goes on',
};

/** Codes of HTTP that a message may have as well. */
const sharedCodes = [
  'missing_param',
  'bad_param',
  'unknown_param',
  'bad_selector',
  'bad_labels',
  'too_large',
  'timeout',
  'superseded',
  'idempotency_reused',
  'limit_reached',
  'search_limit',
  'closed',
  'internal',
];

/**
 * The messages of `/ws`, as schemas by name: what a client sends is `WsFromClient`, what the server sends `WsFromServer`.
 *
 * @see docs/spec/netsync.md
 */
export function wsSchemas(limits: NetsyncLimits): Schemas {
  const { properties = {} } = bodySchema(eventVocabulary, limits);
  const { timeout = {} } = properties;
  const { description = '', ...timeText } = timeout;
  return {
    WsId: {
      description: 'Chosen by the client, unique among its requests that wait; `1` and `"1"` are two ids.',
      oneOf: [{ type: 'integer' }, { type: 'string', minLength: 1, maxLength: messageIdLengthMax }],
    },
    WsRequest: {
      type: 'object',
      description: 'Begins a request. Answered by one of `WsSync`, `WsError` and `WsCancelled`, once.',
      required: ['id', 'event', 'actor'],
      properties: {
        id: ref('WsId'),
        ...properties,
        timeout: { description, oneOf: [timeText, { type: 'number', minimum: 0, description: 'In milliseconds.' }] },
      },
      additionalProperties: false,
    },
    WsCancel: {
      type: 'object',
      description: 'Gives a request up. Answered by `WsCancelled`, or by how the request ended before.',
      required: ['cancel'],
      properties: { cancel: ref('WsId') },
      additionalProperties: false,
    },
    WsFromClient: {
      description: 'One message, or many in an array; who sends an array is answered in arrays from then on.',
      oneOf: [
        ref('WsRequest'),
        ref('WsCancel'),
        { type: 'array', maxItems: batchMax, items: { oneOf: [ref('WsRequest'), ref('WsCancel')] } },
      ],
    },
    WsSync: {
      type: 'object',
      description: 'The request syncs.',
      required: ['id', 'payloads', 'match', 'request', 'waitedMs'],
      properties: {
        id: ref('WsId'),
        payloads: { type: 'object', description: 'Everybody’s payload by actor.', additionalProperties: text },
        match: { ...text, description: 'The group: the same for all its members.' },
        request: { ...text, description: 'The request, as `/stats` and the log name it.' },
        waitedMs: { type: 'integer', minimum: 0 },
      },
      additionalProperties: false,
    },
    WsError: {
      type: 'object',
      description:
        'The request does not sync. Without `id`: the message could not be told to be a request, or its `id` belongs to one that waits.',
      required: ['error'],
      properties: {
        id: ref('WsId'),
        error: {
          type: 'object',
          required: ['code', 'message'],
          properties: {
            code: {
              type: 'string',
              description: Object.entries(wsErrorCodes)
                .map(([code, meaning]) => `\`${code}\`: ${meaning}`)
                .join('. ')
                .concat('. The others as over HTTP.'),
              enum: [...sharedCodes, ...Object.keys(wsErrorCodes)],
            },
            message: { ...text, description: 'For people.' },
            ...errorDetails,
          },
          additionalProperties: true,
        },
      },
      additionalProperties: false,
    },
    WsCancelled: {
      type: 'object',
      description: 'Whether the request was given up: false when it was not there (any more).',
      required: ['id', 'cancelled'],
      properties: { id: ref('WsId'), cancelled: { type: 'boolean' } },
      additionalProperties: false,
    },
    WsFromServer: {
      oneOf: [
        ref('WsSync'),
        ref('WsError'),
        ref('WsCancelled'),
        { type: 'array', items: { oneOf: [ref('WsSync'), ref('WsError'), ref('WsCancelled')] } },
      ],
    },
  };
}
