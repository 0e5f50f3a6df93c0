import { ApiDescription, json, ref, type OpenApiDocument } from '@syncytium/transport/openapi';
import { schemas, waitDetails } from './schemas.js';

const api = new ApiDescription({});

/**
 * What a transmitter answers over HTTP, as a document of OpenAPI 3.1: what `/openapi.json` tells.
 *
 * @see docs/spec/thynapse.md
 */
export function openApiDocument(version: string): OpenApiDocument {
  return api.document({
    info: {
      title: 'Thynapse transmitter',
      version,
      description: 'Who is there and what they wait for. Events go over ØMQ: docs/spec/thynapse.md.',
    },
    paths: {
      '/topology': {
        get: api.shown('getTopology', 'Transmitters, services and cells, and what they do.', json(ref('Topology'))),
      },
    },
    schemas,
    waitDetails,
  });
}
