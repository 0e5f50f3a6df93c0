import { count, listOf, text, whole, type Schema, type Schemas } from '@syncytium/transport/openapi';

const textOrNull: Schema = { type: ['string', 'null'] };
const numberOrNull: Schema = { type: ['number', 'null'] };
const mode: Schema = { type: 'string', enum: ['plain', 'extended', 'acknowledged'] };
const codec: Schema = { type: 'string', enum: ['json', 'msgpack', 'raw'], default: 'json' };

/** A time as people write it. */
export const duration: Schema = {
  type: ['string', 'number'],
  pattern: '^\\d+(\\.\\d+)?(ms|s|m|h)$',
  description: 'With its unit, or a number of milliseconds; 0 for ever.',
  examples: ['250ms', '30s', '5m'],
};

const provider = whole({
  provider: { ...text, description: 'Its name.' },
  instance: { ...text, description: 'Tells it from others of the name.' },
  version: textOrNull,
  sessions: numberOrNull,
  capacity: numberOrNull,
  draining: { type: 'boolean', description: 'It takes no new sessions.' },
  host: textOrNull,
  pid: numberOrNull,
  load: { ...numberOrNull, description: 'The least busy one gets a session.' },
});

const held = whole({
  mode,
  codec,
  client: { ...textOrNull, description: 'Whose WebSocket it lives with; null for a session over HTTP.' },
  ageMs: count,
  idleMs: count,
  pushed: count,
  popped: count,
});

const session = whole({
  id: text,
  service: text,
  inputs: { ...count, description: 'Items that wait for the provider.' },
  outputs: { ...count, description: 'Items that wait for the requestor.' },
  requestor: { ...textOrNull, description: 'Its name; null for one that knows only the original protocol.' },
  claim: { oneOf: [whole({ provider: text, ageMs: count }), { type: 'null' }] },
  gateway: { oneOf: [held, { type: 'null' }] },
});

/** What the server takes and answers, by name. */
export const schemas: Schemas = {
  Services: whole({
    services: listOf(
      whole({
        name: text,
        providers: listOf(provider),
        foreign: { ...count, description: 'How many others there are, that know only the original protocol.' },
      }),
    ),
  }),
  Sessions: whole({
    sessions: listOf(session),
    complete: { type: 'boolean', description: 'Whether these are all that have a key in the broker.' },
  }),
  SessionRequest: {
    type: 'object',
    properties: {
      id: { ...text, description: 'Random unless given.', minLength: 1 },
      codec,
      timeout: { ...duration, description: 'Longest wait of calls that are given none (10s).' },
      claimTimeout: { ...duration, description: 'Longest wait for a provider to take the session (5s).' },
      sessionTimeout: { ...duration, description: 'Longest life of the session (for ever).' },
      acknowledge: {
        type: 'boolean',
        default: false,
        description: 'An input is served by another provider when its provider dies.',
      },
    },
    additionalProperties: false,
  },
  Session: whole({ id: text, service: text, mode, codec }),
};
