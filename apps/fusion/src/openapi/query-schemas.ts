import type { QueryName } from '@syncytium/fusion';
import { count, listOf, text, whole, type Schema } from '@syncytium/transport/openapi';

/** What a query is for, what stands under its name, and under that of its response. */
interface QuerySchemas {
  readonly summary: string;
  readonly query: Schema;
  readonly response: Schema;
}

const common: Readonly<Record<string, Schema>> = {
  _qid: { ...text, maxLength: 32, description: 'Returned beside the response.' },
  _metrics: { type: 'boolean', description: 'Whether the response tells where time was spent.' },
};

const silent: Schema = { ...text, enum: ['none'], description: '`none`: no answer is wanted.' };
const writing = { ...common, _rsp: silent, _rspMode: silent };

const anyObject: Schema = { type: 'object', additionalProperties: true };
const oid: Schema = { ...text, format: 'uuid' };
const oids: Schema = { ...listOf(oid), description: 'OIDs of objects.' };
const counted: Schema = { type: 'object', required: ['_cnt'], properties: { _cnt: count } };
const byClass = (schema: Schema): Schema => ({ type: 'object', additionalProperties: schema });
const wrapped = listOf({ ...byClass(anyObject), description: 'An object, under the name of its class.' });
const clients = whole({ connected: count, total: count });

/** Classes, members and attributes that each query has of its own are in docs/spec/fql.md. */
function asked(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema {
  return { type: 'object', properties, ...(required.length > 0 && { required }), additionalProperties: true };
}

const indexes: Schema = asked(writing);

/** Every query, and its response. */
export const querySchemas: Readonly<Record<QueryName, QuerySchemas>> = {
  CREATE_CLASSES: { summary: 'Creates classes.', query: asked(writing), response: byClass(anyObject) },
  CREATE_INDEX: { summary: 'Makes indexes of members.', query: indexes, response: byClass(anyObject) },
  DROP_INDEX: { summary: 'Takes indexes away.', query: indexes, response: byClass(anyObject) },
  STORE: {
    summary: 'Stores objects.',
    query: asked(
      {
        ...writing,
        _class: { type: ['string', 'object'], description: 'A class, or the definition of one that is created.' },
        _objects: listOf(anyObject),
      },
      ['_class', '_objects'],
    ),
    response: wrapped,
  },
  GET: {
    summary: 'Gives objects by their OIDs.',
    query: asked(common),
    response: whole({ _class: text, _objects: listOf(anyObject) }),
  },
  FIND: { summary: 'Finds the objects of a class that satisfy terms.', query: asked(common), response: wrapped },
  COUNT: { summary: 'Counts objects.', query: asked(common), response: byClass(counted) },
  UPDATE: { summary: 'Changes objects.', query: asked(writing), response: byClass(counted) },
  DELETE: { summary: 'Deletes objects.', query: asked(writing), response: byClass(counted) },
  CLEAR: {
    summary: 'Deletes all objects and classes.',
    query: asked({ ...writing, _confirm: { ...text, enum: ['IKnowWhatImDoing'] } }, ['_confirm']),
    response: whole({ _cnt: count }),
  },
  OIDS: {
    summary: 'Lists the OIDs of a class.',
    query: asked({ ...common, _class: text }, ['_class']),
    response: whole({ _class: text, _oids: oids }),
  },
  CLASSES: { summary: 'Lists classes and their members.', query: asked(common), response: wrapped },
  INDEXES: { summary: 'Lists indexes.', query: asked(common), response: wrapped },
  SERVER_INFO: { summary: 'Tells of the server.', query: asked(common), response: anyObject },
  STATS: {
    summary: 'Counts queries and clients.',
    query: asked(common),
    response: whole({
      timestamp: count,
      totalQueries: count,
      rest: clients,
      ws: clients,
      evicted: count,
      expired: count,
    }),
  },
  ERRORS: { summary: 'Lists error codes.', query: asked(common), response: listOf(whole({ c: count, d: text })) },
};
