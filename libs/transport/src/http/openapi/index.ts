/**
 * What a program's HTTP host answers, as a document of OpenAPI 3.1: the program describes its own operations and error
 * codes, and those of every host are added.
 *
 * @example
 * ```ts
 * import { ApiDescription, json } from '@syncytium/transport/openapi';
 *
 * const api = new ApiDescription({ 404: { no_such_greeting: 'nobody is greeted so' } });
 * const document = api.document({
 *   info: { title: 'Hello', version: '1.0.0', description: 'Greets.' },
 *   paths: { '/hello': { get: api.shown('getHello', 'A greeting.', json({ type: 'string' }), [404]) } },
 *   schemas: {},
 * });
 * console.log(Object.keys(document.paths)); // /hello, /waits, /healthz, /readyz, /metrics, /openapi.json
 * ```
 *
 * @packageDocumentation
 */
export { ApiDescription, type DocumentParts } from './api-description.js';
export { count, json, listOf, ref, text, whole } from './content.js';
export { documentProblems, operationsOf, type NamedOperation } from './document-problems.js';
export type { ErrorCodes } from './error-codes.js';
export { openApiRoute } from './openapi-route.js';
export type {
  Content,
  Header,
  OpenApiDocument,
  Operation,
  Parameter,
  Paths,
  Response,
  Schema,
  Schemas,
  SchemaType,
} from './types.js';
export { violations } from './violations.js';
