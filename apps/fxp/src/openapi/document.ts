import { errorCodes } from './error-codes.js';
import { duration, schemas } from './schemas.js';
import type { Content, OpenApiDocument, Operation, Parameter, Response, Schema } from './types.js';

/** Statuses that any path may answer with. */
const commonStatuses = [400, 403, 404, 405, 408, 413, 417, 431, 500, 503];
/** Those of what asks the broker. */
const brokerStatuses = [502, 507];

/**
 * What the gateway answers to whom, as a document of OpenAPI 3.1: what `/openapi.json` tells.
 *
 * @see docs/spec/fxp.md
 */
export function openApiDocument(version: string): OpenApiDocument {
  return {
    openapi: '3.1.0',
    info: {
      title: 'FXP gateway',
      version,
      description: 'Sessions with services, for programs without a Redis client. WebSockets: docs/spec/fxp.md.',
    },
    paths: {
      '/services': { get: shown('getServices', 'Services, and who provides each.', 'Services', brokerStatuses) },
      '/sessions': { get: shown('getSessions', 'Sessions, and who has claimed each.', 'Sessions', brokerStatuses) },
      '/services/{service}/sessions': {
        post: operation('openSession', 'Opens a session with a provider of the service.', {
          parameters: [path('service', 'The service.')],
          requestBody: { required: false, content: json(ref('SessionRequest')) },
          responses: {
            201: { description: 'The session is open. `location` is its path.', content: json(ref('Session')) },
            ...errors([409, ...brokerStatuses]),
          },
        }),
      },
      '/sessions/{id}/call': {
        post: operation('call', 'Sends an input, and waits for the output.', {
          parameters: [
            path('id', "The session's id."),
            { name: 'timeout', in: 'query', description: "Longest wait; the session's unless told.", schema: duration },
          ],
          requestBody: { required: true, content: items },
          responses: {
            200: { description: 'The output.', content: items },
            ...errors([410, 415, ...brokerStatuses]),
          },
        }),
      },
      '/sessions/{id}': {
        delete: operation('closeSession', 'Ends a session.', {
          parameters: [path('id', "The session's id.")],
          responses: { 204: { description: 'It has ended.' } },
        }),
      },
      '/services/{service}': {
        get: operation('openWebSocket', 'A WebSocket for a requestor or a provider.', {
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
          responses: { 101: { description: 'The connection is a WebSocket from here on.' }, ...errors([426]) },
        }),
      },
      '/waits': {
        get: operation('getWaits', 'Each wait: who, for what and whom, since when, until when.', {
          parameters: [
            {
              name: 'limit',
              in: 'query',
              description: 'Most waits to list, the oldest first.',
              schema: { type: 'integer', minimum: 0, maximum: 10_000, default: 1000 },
            },
          ],
          responses: { 200: { description: 'The waits.', content: json(ref('Waits')) } },
        }),
      },
      '/healthz': { get: shown('getHealth', 'Whether the process answers.', 'Health') },
      '/readyz': { get: shown('getReadiness', 'Whether the server can work.', 'Health') },
      '/metrics': {
        get: operation('getMetrics', 'Metrics in the text format of Prometheus.', {
          responses: {
            200: { description: 'The metrics.', content: { 'text/plain': { schema: { type: 'string' } } } },
          },
        }),
      },
      '/openapi.json': {
        get: operation('getOpenApi', 'This document.', {
          responses: { 200: { description: 'The document.', content: json({ type: 'object' }) } },
        }),
      },
    },
    components: { schemas },
  };
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

/** An operation with the failures that any path can answer with. */
function operation(
  operationId: string,
  summary: string,
  { responses, ...rest }: Omit<Operation, 'operationId' | 'summary'>,
): Operation {
  return { operationId, summary, ...rest, responses: { ...errors(commonStatuses), ...responses } };
}

/** A path that only shows something. */
function shown(operationId: string, summary: string, schema: string, statuses: readonly number[] = []): Operation {
  const responses = { 200: { description: summary, content: json(ref(schema)) }, ...errors(statuses) };
  return operation(operationId, summary, { responses });
}

function errors(statuses: readonly number[]): Record<string, Response> {
  return Object.fromEntries(
    statuses.map((status): [string, Response] => {
      const codes = Object.entries(errorCodes[status] ?? {});
      const description = codes.map(([code, meaning]) => `\`${code}\`: ${meaning}`).join('. ');
      return [`${status}`, { description, content: json(ref('Error')) }];
    }),
  );
}

function path(name: string, description: string): Parameter {
  return { name, in: 'path', required: true, description, schema: { type: 'string' } };
}

function json(schema: Schema): Content {
  return { 'application/json': { schema } };
}

function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}
