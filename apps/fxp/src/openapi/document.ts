import {
  ApiDescription,
  json,
  ref,
  type Content,
  type OpenApiDocument,
  type Parameter,
} from '@syncytium/transport/openapi';
import { fxpErrorCodes } from './error-codes.js';
import { duration, schemas } from './schemas.js';

export const api = new ApiDescription(fxpErrorCodes);

/** Statuses of what asks the broker. */
const brokerStatuses = [502, 507];

/**
 * What the gateway answers to whom, as a document of OpenAPI 3.1: what `/openapi.json` tells.
 *
 * @see docs/spec/fxp.md
 */
export function openApiDocument(version: string): OpenApiDocument {
  return api.document({
    info: {
      title: 'FXP gateway',
      version,
      description: 'Sessions with services, for programs without a Redis client. WebSockets: docs/spec/fxp.md.',
    },
    paths: {
      '/services': {
        get: api.shown('getServices', 'Services, and who provides each.', json(ref('Services')), brokerStatuses),
      },
      '/sessions': {
        get: api.shown('getSessions', 'Sessions, and who has claimed each.', json(ref('Sessions')), brokerStatuses),
      },
      '/services/{service}/sessions': {
        post: api.operation('openSession', 'Opens a session with a provider of the service.', {
          parameters: [path('service', 'The service.')],
          requestBody: { required: false, content: json(ref('SessionRequest')) },
          responses: {
            201: { description: 'The session is open. `location` is its path.', content: json(ref('Session')) },
            ...api.errors([404, 409, ...brokerStatuses]),
          },
        }),
      },
      '/sessions/{id}/call': {
        post: api.operation('call', 'Sends an input, and waits for the output.', {
          parameters: [
            path('id', "The session's id."),
            { name: 'timeout', in: 'query', description: "Longest wait; the session's unless told.", schema: duration },
          ],
          requestBody: { required: true, content: items },
          responses: {
            200: { description: 'The output.', content: items },
            ...api.errors([404, 410, 415, ...brokerStatuses]),
          },
        }),
      },
      '/sessions/{id}': {
        delete: api.operation('closeSession', 'Ends a session.', {
          parameters: [path('id', "The session's id.")],
          responses: { 204: { description: 'It has ended.' }, ...api.errors([404]) },
        }),
      },
      '/services/{service}': {
        get: api.operation('openWebSocket', 'A WebSocket for a requestor or a provider.', {
          description: 'Its messages are in docs/spec/fxp.md.',
          parameters: [
            path('service', 'The service.'),
            {
              name: 'role',
              in: 'query',
              description: 'Which party the client is.',
              schema: { type: 'string', enum: ['requestor', 'provider'], default: 'requestor' },
            },
          ],
          responses: { 101: { description: 'The connection is a WebSocket from here on.' }, ...api.errors([426]) },
        }),
      },
    },
    schemas,
  });
}

/** Items of a session, by its codec. */
const items: Content = {
  'application/json': {
    schema: { description: 'An object in a session of json; any JSON in one of msgpack, with bytes as base64.' },
  },
  'application/octet-stream': {
    schema: { type: 'string', format: 'binary', description: 'The bytes, in a session of raw.' },
  },
};

function path(name: string, description: string): Parameter {
  return { name, in: 'path', required: true, description, schema: { type: 'string' } };
}
