import type { NetsyncLimits } from '@syncytium/netsync';
import { bodyTypes } from '../read-body.js';
import { eventVocabulary, matchVocabulary, type Vocabulary } from '../read-request.js';
import { commonStatuses, errorResponses, errorSchema } from './error-responses.js';
import { bodySchema, outputParameter, queryParameters } from './parameters.js';
import { wsSchemas } from './ws-messages.js';
import type { Content, Header, OpenApiDocument, Operation, Response, Schema } from './types.js';

export interface DocumentOptions {
  readonly version: string;
  readonly limits: NetsyncLimits;
}

/**
 * What the server answers to whom, as a document of OpenAPI 3.1: what `/openapi.json` tells.
 *
 * @see docs/spec/netsync.md
 */
export function openApiDocument({ version, limits }: DocumentOptions): OpenApiDocument {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Netsync',
      version,
      description: 'Requests for the same event wait for each other and are answered together.',
    },
    paths: {
      '/event': waitingPath('Event', 'SyncedPayloads', eventVocabulary, limits),
      '/match': waitingPath('Match', 'SyncedRequests', matchVocabulary, limits),
      '/stats': {
        get: operation('getStats', 'Who waits: by event, actor and request id.', {
          parameters: [outputParameter],
          responses: { 200: ok('Those who wait.', bothFormats('Stats')) },
        }),
      },
      '/ws': {
        get: operation('openWebSocket', 'A WebSocket for many requests at once, each under an id of its own.', {
          description:
            'Messages are JSON in text: the client sends `WsFromClient`, the server answers each with `WsFromServer`, in no certain order (`x-messages`). The first answer with the id of a request is its end. When the connection ends, its requests leave.',
          'x-messages': { fromClient: ref('WsFromClient'), fromServer: ref('WsFromServer') },
          responses: { 101: { description: 'The connection is a WebSocket from here on.' }, ...errorResponses([426]) },
        }),
      },
      '/waits': {
        get: operation('getWaits', 'Each wait: who, for what and whom, since when, until when, and what it lacks.', {
          parameters: [
            {
              name: 'limit',
              in: 'query',
              description: 'Most waits to list, the oldest first.',
              schema: { type: 'integer', minimum: 0, maximum: 10_000, default: 1000 },
            },
          ],
          responses: { 200: ok('The waits, and where they wait for each other in a circle.', json(ref('Waits'))) },
        }),
      },
      '/healthz': plainPath('getHealth', 'Whether the process answers.', json(ref('Health'))),
      '/readyz': plainPath('getReadiness', 'Whether the server takes requests.', json(ref('Health'))),
      '/metrics': plainPath('getMetrics', 'Metrics in the text format of Prometheus.', {
        'text/plain': { schema: { type: 'string' } },
      }),
      '/openapi.json': plainPath('getOpenApi', 'This document.', json({ type: 'object' })),
    },
    components: { schemas: { ...schemas, ...wsSchemas(limits) } },
  };
}

function waitingPath(name: string, answer: string, vocabulary: Vocabulary, limits: NetsyncLimits) {
  const responses = {
    200: { ...ok('The request syncs: what everybody in the group says.', bothFormats(answer)), headers: syncHeaders },
    ...errorResponses([408, 409, 422]),
  };
  const body = bodySchema(vocabulary, limits);
  return {
    get: operation(`get${name}`, 'Waits until enough others that match are there.', {
      parameters: queryParameters(vocabulary, limits, false),
      responses,
    }),
    post: operation(`post${name}`, 'Waits until enough others that match are there.', {
      parameters: queryParameters(vocabulary, limits, true),
      requestBody: {
        required: false,
        content: Object.fromEntries(bodyTypes.map((type) => [type, { schema: body }])),
      },
      responses: { ...responses, ...errorResponses([415]) },
    }),
  };
}

function plainPath(operationId: string, summary: string, content: Content) {
  return { get: operation(operationId, summary, { responses: { 200: ok(summary, content) } }) };
}

/** An operation with the failures that any path can answer with. */
function operation(
  operationId: string,
  summary: string,
  { responses, ...rest }: Omit<Operation, 'operationId' | 'summary'>,
): Operation {
  return { operationId, summary, ...rest, responses: { ...errorResponses(commonStatuses), ...responses } };
}

function ok(description: string, content: Content): Response {
  return { description, content };
}

function json(schema: Schema): Content {
  return { 'application/json': { schema } };
}

function bothFormats(name: string): Content {
  return { ...json(ref(name)), 'application/yaml': { schema: ref(name) } };
}

function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

const syncHeaders: Readonly<Record<string, Header>> = {
  'netsync-request-id': { description: 'The request, as `/stats` and the log name it.', schema: { type: 'string' } },
  'netsync-match-id': { description: 'The group: the same for all its members.', schema: { type: 'string' } },
  'netsync-wait-ms': { description: 'How long the request waited.', schema: { type: 'integer', minimum: 0 } },
};

const text: Schema = { type: 'string' };
const count: Schema = { type: 'integer', minimum: 0 };
const textByName: Schema = { type: 'object', additionalProperties: text };

const requestParams: Schema = {
  type: 'object',
  required: ['event', 'actor', 'payload', 'labels', 'selector', 'mates'],
  properties: { event: text, actor: text, payload: text, labels: textByName, selector: text, mates: count },
  additionalProperties: false,
};

const waitDetails: Schema = {
  type: 'object',
  required: ['id', 'event', 'mates', 'labels', 'selector', 'matching', 'missing'],
  properties: {
    id: text,
    event: text,
    mates: count,
    labels: textByName,
    selector: text,
    matching: { ...count, description: 'How many waiting requests match it.' },
    missing: { ...count, description: 'How many more it needs, beside those that match it and each other.' },
    blockedBy: { ...text, description: 'Who stands in the way.' },
  },
  additionalProperties: false,
};

const schemas: Readonly<Record<string, Schema>> = {
  Error: errorSchema,
  SyncedPayloads: {
    type: 'object',
    required: ['payloads'],
    properties: { payloads: { ...textByName, description: 'Everybody’s payload by actor.' } },
    additionalProperties: false,
  },
  SyncedRequests: {
    type: 'object',
    required: ['requests'],
    properties: {
      requests: {
        type: 'array',
        description: 'The newcomer first, then the others from the oldest on.',
        items: {
          type: 'object',
          required: ['labels', 'payload'],
          properties: { labels: textByName, payload: text },
          additionalProperties: false,
        },
      },
    },
    additionalProperties: false,
  },
  Stats: {
    type: 'object',
    description: 'By event, then actor, then request id.',
    additionalProperties: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        additionalProperties: {
          type: 'object',
          required: ['params', 'created_at'],
          properties: { params: requestParams, created_at: { type: 'string', format: 'date-time' } },
          additionalProperties: false,
        },
      },
    },
  },
  Waits: {
    type: 'object',
    required: ['counts', 'waits', 'cycles'],
    properties: {
      counts: {
        type: 'object',
        additionalProperties: {
          type: 'object',
          required: ['open', 'done', 'timeout', 'cancelled', 'failed'],
          properties: { open: count, done: count, timeout: count, cancelled: count, failed: count },
          additionalProperties: false,
        },
      },
      waits: {
        type: 'array',
        items: {
          type: 'object',
          required: ['system', 'who', 'what', 'whom', 'mode', 'since', 'waitedMs', 'details'],
          properties: {
            system: text,
            who: text,
            what: text,
            whom: { type: 'array', items: text },
            mode: { type: 'string', enum: ['any', 'all'] },
            since: { type: 'string', format: 'date-time' },
            waitedMs: count,
            until: { description: 'Its deadline as a date and time; null when it has none.' },
            details: waitDetails,
          },
          additionalProperties: false,
        },
      },
      cycles: {
        type: 'array',
        description: 'Parties that wait for each other.',
        items: { type: 'object', additionalProperties: true },
      },
    },
    additionalProperties: false,
  },
  Health: {
    type: 'object',
    required: ['status', 'name'],
    properties: { status: { type: 'string', enum: ['ok', 'ready'] }, name: text },
    additionalProperties: false,
  },
};
