import { json, ref } from './content.js';
import { anyPathStatuses, withHostErrorCodes, type ErrorCodes } from './error-codes.js';
import { errorSchema } from './error-schema.js';
import { hostSchemas, type HostSchemasOptions } from './host-schemas.js';
import type { Content, Header, OpenApiDocument, Operation, Parameter, Paths, Response, Schemas } from './types.js';

/** A program's own part of its document. */
export interface DocumentParts extends HostSchemasOptions {
  readonly info: OpenApiDocument['info'];
  readonly paths: Paths;
  readonly schemas: Schemas;
  /** What errors tell beside code and message. */
  readonly errorDetails?: Schemas;
}

const headersOf: Readonly<Record<number, Readonly<Record<string, Header>>>> = {
  405: { allow: { description: 'The methods that the path takes.', schema: { type: 'string' } } },
  426: { upgrade: { description: '`websocket`', schema: { type: 'string' } } },
  503: {
    'retry-after': {
      description: 'Seconds after which asking again makes sense. Not with `not_ready`.',
      schema: { type: 'integer' },
    },
  },
};

const limitParameter: Parameter = {
  name: 'limit',
  in: 'query',
  description: 'Most waits to list, the oldest first.',
  schema: { type: 'integer', minimum: 0, maximum: 10_000, default: 1000 },
};

/** Puts a program's operations, and those of every host, into a document of OpenAPI 3.1. */
export class ApiDescription {
  /** All codes that an answer can have, by status. */
  readonly errorCodes: ErrorCodes;

  constructor(ownErrorCodes: ErrorCodes) {
    this.errorCodes = withHostErrorCodes(ownErrorCodes);
  }

  /** An operation with the failures that any path can answer with. */
  operation(
    operationId: string,
    summary: string,
    { responses, ...rest }: Omit<Operation, 'operationId' | 'summary'>,
  ): Operation {
    return { operationId, summary, ...rest, responses: { ...this.errors(anyPathStatuses), ...responses } };
  }

  /** An operation that only shows something; `statuses` are those of its failures beside any path's. */
  shown(operationId: string, summary: string, content: Content, statuses: readonly number[] = []): Operation {
    const responses = { 200: { description: summary, content }, ...this.errors(statuses) };
    return this.operation(operationId, summary, { responses });
  }

  /** The responses to requests that fail with one of the statuses. */
  errors(statuses: readonly number[]): Record<string, Response> {
    return Object.fromEntries(statuses.map((status) => [status, this.#error(status)]));
  }

  document({ info, paths, schemas, errorDetails, ...options }: DocumentParts): OpenApiDocument {
    const Error = errorSchema(this.errorCodes, errorDetails);
    return {
      openapi: '3.1.0',
      info,
      paths: { ...paths, ...this.#hostPaths() },
      components: { schemas: { Error, ...hostSchemas(options), ...schemas } },
    };
  }

  #error(status: number): Response {
    const codes = Object.entries(this.errorCodes[status] ?? {});
    const headers = headersOf[status];
    return {
      description: codes.map(([code, meaning]) => `\`${code}\`: ${meaning}`).join('. '),
      ...(headers && { headers }),
      content: json(ref('Error')),
    };
  }

  #hostPaths(): Paths {
    const waits = 'Each wait: who, for what and whom, since when, until when.';
    return {
      '/waits': { get: { ...this.shown('getWaits', waits, json(ref('Waits'))), parameters: [limitParameter] } },
      '/healthz': { get: this.shown('getHealth', 'Whether the process answers.', json(ref('Health'))) },
      '/readyz': { get: this.shown('getReadiness', 'Whether the server can work.', json(ref('Health'))) },
      '/metrics': {
        get: this.shown('getMetrics', 'Metrics in the text format of Prometheus.', {
          'text/plain': { schema: { type: 'string' } },
        }),
      },
      '/openapi.json': { get: this.shown('getOpenApi', 'This document.', json({ type: 'object' })) },
    };
  }
}
