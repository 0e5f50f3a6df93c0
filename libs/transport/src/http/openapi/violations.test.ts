import { describe, expect, it } from 'vitest';
import { ApiDescription } from './api-description.js';
import type { Schema } from './types.js';
import { violations } from './violations.js';

const document = new ApiDescription({}).document({
  info: { title: '', version: '', description: '' },
  paths: {},
  schemas: { Text: { type: 'string' } },
});

describe('the check of answers', () => {
  it.each<[string, Schema, unknown]>([
    ['a text', { $ref: '#/components/schemas/Text' }, 'a'],
    ['one of two types', { type: ['string', 'null'] }, null],
    ['one of two alternatives', { oneOf: [{ type: 'string' }, { type: 'object' }] }, {}],
    ['anything', {}, [{ a: 1 }]],
    ['properties that nobody told of', { type: 'object' }, { a: 1 }],
  ])('lets %s pass', (_what, schema, value) => {
    expect(violations(document, schema, value)).toEqual([]);
  });

  it.each<[string, Schema, unknown]>([
    ['a missing property', { type: 'object', required: ['a'] }, {}],
    ['one too many', { type: 'object', additionalProperties: false }, { a: 1 }],
    ['another type', { type: 'string' }, 1],
    ['a fraction', { type: 'integer' }, 1.5],
    ['a negative number', { type: 'integer', minimum: 0 }, -1],
    ['a wrong item', { type: 'array', items: { type: 'string' } }, ['a', 1]],
    ['a number that is too large', { type: 'integer', maximum: 1 }, 2],
    ['a text that is too short', { type: 'string', minLength: 1 }, ''],
    ['a text that is too long', { type: 'string', maxLength: 1 }, 'ab'],
    ['a text of another form', { type: 'string', pattern: '^a$' }, 'b'],
    ['an item too many', { type: 'array', maxItems: 1, items: {} }, [1, 2]],
    ['what fits none of the alternatives', { oneOf: [{ type: 'string' }, { type: 'object' }] }, 1],
    ['a wrong property', { type: 'object', additionalProperties: { type: 'string' } }, { a: 1 }],
    ['neither of two types', { type: ['string', 'null'] }, 1],
    ['a schema that is not there', { $ref: '#/components/schemas/None' }, 1],
    ['another word', { type: 'string', enum: ['a'] }, 'b'],
  ])('finds %s', (_what, schema, value) => {
    expect(violations(document, schema, value)).toHaveLength(1);
  });
});
