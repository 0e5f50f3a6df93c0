import type { FastifyInstance } from '@syncytium/transport/http';
import { openApiDocument, type DocumentOptions } from './document.js';

/** `/openapi.json`. */
export function openApiRoute(app: FastifyInstance, options: DocumentOptions): void {
  const text = `${JSON.stringify(openApiDocument(options), undefined, 2)}\n`;
  app.get('/openapi.json', (_request, reply) => reply.type('application/json; charset=utf-8').send(text));
}
