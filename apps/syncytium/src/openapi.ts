import { ApiDescription, type OpenApiDocument } from '@syncytium/transport/openapi';

/**
 * What is answered for all servers together, as a document of OpenAPI 3.1; each server has one of its own.
 *
 * @see docs/spec/http.md
 */
export function openApiDocument(version: string): OpenApiDocument {
  return new ApiDescription({}).document({
    info: { title: 'Syncytium', version, description: 'The waits, metrics and health of all servers of one process.' },
    paths: {},
    schemas: {},
  });
}
