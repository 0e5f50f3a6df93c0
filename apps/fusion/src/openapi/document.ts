import {
  ApiDescription,
  count,
  json,
  ref,
  text,
  whole,
  type OpenApiDocument,
  type Operation,
  type Schema,
  type Schemas,
} from '@syncytium/transport/openapi';
import { querySchemas } from './query-schemas.js';

const api = new ApiDescription({});

/**
 * What the REST interface answers to whom, as a document of OpenAPI 3.1: what `/openapi.json` tells.
 *
 * @see docs/spec/fql.md
 */
export function openApiDocument(version: string): OpenApiDocument {
  return api.document({
    info: {
      title: 'Fusion',
      version,
      description: 'An object cache with a query language: docs/spec/fql.md. WebSockets: docs/spec/fusion.md.',
    },
    paths: { '/': { get: queryOperation('askByGet'), post: queryOperation('ask') } },
    schemas,
  });
}

function queryOperation(operationId: string): Operation {
  const { 400: failed, 503: busy } = api.errors([400, 503]);
  const content = json({ oneOf: [ref('Failure'), ref('Error')] });
  return api.operation(operationId, 'Asks one query.', {
    description: 'The body is a query, whatever content type it claims.',
    requestBody: { required: true, content: json(ref('Query')) },
    responses: {
      200: { description: 'The query succeeded.', content: json(ref('Response')) },
      204: { description: 'The query succeeded, and wants no answer.' },
      400: {
        ...failed,
        description: `The query failed; no body where no answer is wanted. ${failed?.description ?? ''}`,
        content,
      },
      503: { ...busy, description: `The engine has no room for the query. ${busy?.description ?? ''}`, content },
    },
  });
}

const beside: Readonly<Record<string, Schema>> = {
  _qid: { ...text, maxLength: 32, description: "The query's." },
  _metrics: { type: 'object', description: 'Where time was spent, in microseconds.', additionalProperties: true },
  _explain: { type: 'object', description: 'How objects were searched for.', additionalProperties: true },
};

const queries = Object.entries(querySchemas);

const schemas: Schemas = {
  Query: {
    description: 'One query. In each, classes and members stand beside attributes, which begin with an underscore.',
    oneOf: queries.map(([name, { summary, query }]) => ({ ...whole({ [name]: query }), description: summary })),
  },
  Response: {
    description: 'The response to a query; only what stands beside it, to one that wants no response but that.',
    oneOf: [
      ...queries.map(([name, { response }]): Schema => {
        const key = `${name}_RSP`;
        return {
          type: 'object',
          required: [key],
          properties: { ...beside, [key]: response },
          additionalProperties: false,
        };
      }),
      { type: 'object', properties: beside, additionalProperties: false },
    ],
  },
  Failure: {
    type: 'object',
    description: 'Why a query failed: `FIND_RSP_ERR`, or `FQL_RSP_ERR` where it is not clear what it would be.',
    properties: beside,
    additionalProperties: whole({
      _err: whole({ _c: { ...count, description: 'One of the codes that `ERRORS` lists.' }, _a: text }),
    }),
  },
};
