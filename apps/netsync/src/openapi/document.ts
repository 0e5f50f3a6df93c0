import type { NetsyncLimits } from '@syncytium/netsync';
import {
  ApiDescription,
  count,
  json,
  listOf,
  ref,
  text,
  whole,
  type Content,
  type Header,
  type OpenApiDocument,
  type Response,
  type Schema,
  type Schemas,
} from '@syncytium/transport/openapi';
import { bodyTypes } from '../read-body.js';
import { eventVocabulary, matchVocabulary, type Vocabulary } from '../read-request.js';
import { errorDetails, netsyncErrorCodes } from './error-codes.js';
import { bodySchema, outputParameter, queryParameters } from './parameters.js';
import { wsSchemas } from './ws-messages.js';

export const api = new ApiDescription(netsyncErrorCodes);

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
  return api.document({
    info: {
      title: 'Netsync',
      version,
      description: 'Requests for the same event wait for each other and are answered together.',
    },
    paths: {
      '/event': waitingPath('Event', 'SyncedPayloads', eventVocabulary, limits),
      '/match': waitingPath('Match', 'SyncedRequests', matchVocabulary, limits),
      '/stats': {
        get: api.operation('getStats', 'Who waits: by event, actor and request id.', {
          parameters: [outputParameter],
          responses: { 200: ok('Those who wait.', bothFormats('Stats')) },
        }),
      },
      '/ws': {
        get: api.operation('openWebSocket', 'A WebSocket for many requests at once, each under an id of its own.', {
          description:
            'Messages are JSON in text: the client sends `WsFromClient`, the server answers each with `WsFromServer`, in no certain order (`x-messages`). The first answer with the id of a request is its end. When the connection ends, its requests leave.',
          'x-messages': { fromClient: ref('WsFromClient'), fromServer: ref('WsFromServer') },
          responses: { 101: { description: 'The connection is a WebSocket from here on.' }, ...api.errors([426]) },
        }),
      },
    },
    schemas: { ...schemas, ...wsSchemas(limits) },
    errorDetails,
    waitDetails,
  });
}

function waitingPath(name: string, answer: string, vocabulary: Vocabulary, limits: NetsyncLimits) {
  const responses = {
    200: { ...ok('The request syncs: what everybody in the group says.', bothFormats(answer)), headers: syncHeaders },
    ...api.errors([408, 409, 422]),
  };
  const body = bodySchema(vocabulary, limits);
  return {
    get: api.operation(`get${name}`, 'Waits until enough others that match are there.', {
      parameters: queryParameters(vocabulary, limits, false),
      responses,
    }),
    post: api.operation(`post${name}`, 'Waits until enough others that match are there.', {
      parameters: queryParameters(vocabulary, limits, true),
      requestBody: {
        required: false,
        content: Object.fromEntries(bodyTypes.map((type) => [type, { schema: body }])),
      },
      responses: { ...responses, ...api.errors([415]) },
    }),
  };
}

function ok(description: string, content: Content): Response {
  return { description, content };
}

function bothFormats(name: string): Content {
  return { ...json(ref(name)), 'application/yaml': { schema: ref(name) } };
}

const syncHeaders: Readonly<Record<string, Header>> = {
  'netsync-request-id': { description: 'The request, as `/stats` and the log name it.', schema: { type: 'string' } },
  'netsync-match-id': { description: 'The group: the same for all its members.', schema: { type: 'string' } },
  'netsync-wait-ms': { description: 'How long the request waited.', schema: { type: 'integer', minimum: 0 } },
};

const textByName: Schema = { type: 'object', additionalProperties: text };

const requestParams = whole({
  event: text,
  actor: text,
  payload: text,
  labels: textByName,
  selector: text,
  mates: count,
});

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

const schemas: Schemas = {
  SyncedPayloads: whole({ payloads: { ...textByName, description: 'Everybody’s payload by actor.' } }),
  SyncedRequests: whole({
    requests: {
      ...listOf(whole({ labels: textByName, payload: text })),
      description: 'The newcomer first, then the others from the oldest on.',
    },
  }),
  Stats: {
    type: 'object',
    description: 'By event, then actor, then request id.',
    additionalProperties: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        additionalProperties: whole({ params: requestParams, created_at: { type: 'string', format: 'date-time' } }),
      },
    },
  },
};
