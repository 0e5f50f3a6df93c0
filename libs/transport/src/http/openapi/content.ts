import type { Content, Schema } from './types.js';

/** JSON of a schema. */
export function json(schema: Schema): Content {
  return { 'application/json': { schema } };
}

/** A schema of the document by its name. */
export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

/** A whole number of 0 or more. */
export const count: Schema = { type: 'integer', minimum: 0 };

export const text: Schema = { type: 'string' };

export function listOf(items: Schema): Schema {
  return { type: 'array', items };
}

/** An object that has all of the properties, and no others. */
export function whole(properties: Readonly<Record<string, Schema>>): Schema {
  return { type: 'object', required: Object.keys(properties), properties, additionalProperties: false };
}
