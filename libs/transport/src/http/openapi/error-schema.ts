import { text } from './content.js';
import { codesIn, type ErrorCodes } from './error-codes.js';
import type { Schema, Schemas } from './types.js';

/** What every answer to a request that failed says; `details` are those worth telling beside code and message. */
export function errorSchema(errorCodes: ErrorCodes, details: Schemas = {}): Schema {
  return {
    type: 'object',
    required: ['error'],
    properties: {
      error: {
        type: 'object',
        required: ['code', 'message'],
        properties: {
          code: { ...text, enum: codesIn(errorCodes) },
          message: { ...text, description: 'For people.' },
          ...details,
        },
        additionalProperties: true,
      },
    },
    additionalProperties: false,
  };
}
