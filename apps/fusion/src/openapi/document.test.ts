import { queryNames } from '@syncytium/fusion';
import { documentProblems, violations, type OpenApiDocument } from '@syncytium/transport/openapi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer } from '../testing/start-server.js';

let server: Awaited<ReturnType<typeof startServer>>;
let document: OpenApiDocument;
beforeAll(async () => {
  server = await startServer();
  document = (await (await fetch(`http://${server.rest}/openapi.json`)).json()) as OpenApiDocument;
});
afterAll(() => server.stop());

async function ask(query: unknown): Promise<{ status: number; answer: unknown }> {
  const response = await fetch(`http://${server.rest}/`, { method: 'POST', body: JSON.stringify(query) });
  const body = await response.text();
  return { status: response.status, answer: body === '' ? undefined : JSON.parse(body) };
}

function schemaOf(status: '200' | '400') {
  return document.paths['/']?.post?.responses[status]?.content?.['application/json']?.schema ?? {};
}

const querySchema = { $ref: '#/components/schemas/Query' };
const definition = { name: { _type: 'string', _index: true }, age: 'uint' };
const queries = [
  { CREATE_CLASSES: { P: definition, _qid: '1', _metrics: true } },
  { CREATE_INDEX: { P: ['age'] } },
  { DROP_INDEX: { P: ['age'] } },
  { STORE: { _class: 'P', _objects: [{ name: 'Ada', age: 36 }] } },
  { STORE: { _class: { Q: { p: 'P' } }, _objects: [{ p: { name: 'Bob' } }] } },
  { STORE: { _class: 'P', _objects: [{}], _rsp: 'none', _metrics: true } },
  { GET: { P: { _oids: ['a1eca163-7d2f-40d0-a6fc-ba717ba19930'] } } },
  { FIND: { Q: { p: { name: 'Bob' } }, _explain: true } },
  { COUNT: {} },
  { UPDATE: { P: { _if: { age: 36 }, age: 37 } } },
  { DELETE: { Q: { _deep: true } } },
  { OIDS: { _class: 'P' } },
  { CLASSES: {} },
  { INDEXES: {} },
  { SERVER_INFO: {} },
  { STATS: {} },
  { ERRORS: {} },
  { CLEAR: { _confirm: 'IKnowWhatImDoing' } },
];

describe('the OpenAPI document', () => {
  test('keeps to OpenAPI 3.1, and has every path', () => {
    expect(documentProblems(document)).toEqual([]);
    expect(Object.keys(document.paths).sort()).toEqual(
      ['/', '/healthz', '/metrics', '/openapi.json', '/readyz', '/waits'].sort(),
    );
  });

  test('tells of every query how it is asked and answered', async () => {
    for (const query of queries) {
      const { status, answer } = await ask(query);
      expect(status, JSON.stringify(answer)).toBe(200);
      expect(violations(document, querySchema, query), JSON.stringify(query)).toEqual([]);
      expect(violations(document, schemaOf('200'), answer), JSON.stringify(answer)).toEqual([]);
    }
    expect(new Set(queries.flatMap((query) => Object.keys(query)))).toEqual(new Set(queryNames));
  });

  test.each([[{ FIND: { Nobody: {}, _qid: 'x' } }], [{ SELECT: {} }], [{ STORE: { _class: 'P' } }]])(
    'tells how %j fails',
    async (query) => {
      const { status, answer } = await ask(query);
      expect(status).toBe(400);
      expect(violations(document, schemaOf('400'), answer)).toEqual([]);
    },
  );

  test('takes no query for one that is not, nor a failure for a response', async () => {
    for (const wrong of [{ SELECT: {} }, { COUNT: {}, FIND: {} }, { STORE: { _class: 'P' } }, { OIDS: [] }])
      expect(violations(document, querySchema, wrong), JSON.stringify(wrong)).not.toEqual([]);
    expect(violations(document, schemaOf('200'), (await ask({ SELECT: {} })).answer)).not.toEqual([]);
  });
});
