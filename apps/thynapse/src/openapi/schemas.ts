import { count, listOf, text, whole, type Schema, type Schemas } from '@syncytium/transport/openapi';

const thid: Schema = { type: 'string', pattern: '^[0-9a-f]{40}$' };
const milliseconds: Schema = { type: 'number', minimum: 0 };

const addresses = {
  id: thid,
  command: { ...text, description: 'Address of its command socket.' },
  event: { ...text, description: 'Address of its event socket.' },
};

const cell = whole({
  id: thid,
  via: {
    ...thid,
    type: ['string', 'null'],
    description: 'The other transmitter that it is connected to; null for own cells.',
  },
  name: text,
  patterns: listOf(text),
  capacity: { ...count, description: 'Most tasks that it takes at once.' },
  inFlight: count,
  done: { ...count, description: 'Tasks that it did.' },
  silentMs: {
    ...milliseconds,
    type: ['number', 'null'],
    description: 'How long nothing was heard of it; null for cells of other transmitters.',
  },
});

const service = whole({
  name: text,
  patterns: listOf(text),
  waiting: { ...count, description: 'Tasks that wait for a free cell, or rest after a failure.' },
  inFlight: { ...count, description: 'Tasks that a cell has.' },
  lagMs: {
    ...milliseconds,
    description: 'Age of the oldest that this transmitter decides about; 0 when there is none.',
  },
  done: { ...count, description: 'Tasks done.' },
  dead: { ...count, description: 'Tasks given up.' },
  cells: listOf(cell),
});

/** What a transmitter tells beside what every host does. */
export const schemas: Schemas = {
  Topology: {
    ...whole({
      clockMs: { ...milliseconds, description: "When this was read, on the transmitter's own clock." },
      events: { ...count, description: 'Events accepted.' },
      transmitter: whole(addresses),
      transmitters: {
        ...listOf(
          whole({
            ...addresses,
            isReachable: { type: 'boolean', description: 'Whether there is a way to it, through others or directly.' },
            neighbours: { ...listOf(thid), description: 'Those that it hears directly.' },
          }),
        ),
        description: 'The others that are known.',
      },
      services: listOf(service),
    }),
    description: 'Counts begin with the transmitter; two readings make rates.',
  },
};

/** What a wait is about. */
export const waitDetails: Schema = whole({ event: thid, service: text, attempt: count });
