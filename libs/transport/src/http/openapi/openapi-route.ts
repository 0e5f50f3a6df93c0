import type { FastifyInstance } from 'fastify';
import type { OpenApiDocument } from './types.js';

/** `/openapi.json`. */
export function openApiRoute(app: FastifyInstance, document: OpenApiDocument): void {
  const text = `${JSON.stringify(document, undefined, 2)}\n`;
  app.get('/openapi.json', (_request, reply) => reply.type('application/json; charset=utf-8').send(text));
}
