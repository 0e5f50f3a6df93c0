import { count, listOf, text, whole } from './content.js';
import type { Schema, Schemas } from './types.js';

export interface HostSchemasOptions {
  /** What `details` of a wait is; waits of the program may have none unless told. */
  readonly waitDetails?: Schema;
}

/** What every host answers, by name. */
export function hostSchemas({ waitDetails }: HostSchemasOptions = {}): Schemas {
  const wait = whole({
    system: text,
    who: text,
    what: text,
    whom: { ...listOf(text), description: 'Who could end it, as far as that is known.' },
    mode: { ...text, enum: ['any', 'all'], description: 'Whether one of them is enough.' },
    since: { ...text, format: 'date-time' },
    waitedMs: count,
    until: { type: ['string', 'null'], format: 'date-time', description: 'Its deadline; null when it has none.' },
    ...(waitDetails && { details: waitDetails }),
  });
  const anyDetails: Schema = { type: 'object', additionalProperties: true };
  return {
    Waits: whole({
      counts: {
        type: 'object',
        description: 'By system.',
        additionalProperties: whole({ open: count, done: count, timeout: count, cancelled: count, failed: count }),
      },
      waits: listOf(waitDetails ? wait : { ...wait, properties: { ...wait.properties, details: anyDetails } }),
      cycles: { ...listOf({ type: 'object', additionalProperties: true }), description: 'Who wait for each other.' },
    }),
    Health: whole({ status: { ...text, enum: ['ok', 'ready'] }, name: text }),
  };
}
