import type { FastifyInstance } from '@syncytium/transport/http';
import { openApiDocument } from './document.js';

/** `/openapi.json`. */
export function openApiRoute(app: FastifyInstance, version: string): void {
  const text = `${JSON.stringify(openApiDocument(version), undefined, 2)}\n`;
  app.get('/openapi.json', (_request, reply) => reply.type('application/json; charset=utf-8').send(text));
}
