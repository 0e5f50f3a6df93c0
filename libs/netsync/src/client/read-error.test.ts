import { ClosedError, LimitError, type SyncytiumError } from '@syncytium/kit';
import { describe, expect, it } from 'vitest';
import {
  IdempotencyReusedError,
  ParamError,
  SearchLimitError,
  ServerError,
  SupersededError,
  SyncTimeoutError,
} from '../errors.js';
import { readError } from './read-error.js';

const timeout = { actor: 'a', event: 'e', waitedMs: 20, present: ['b'], missing: 1 };
const errors: SyncytiumError[] = [
  new ParamError('bad_selector', 'selector', 'is malformed at position 3', { position: 3 }),
  new SyncTimeoutError(timeout),
  new SyncTimeoutError({ ...timeout, blockedBy: 'selector of b refuses a' }),
  new SearchLimitError('e', 7),
  new LimitError('pending requests', 10, 'at once', { event: 'e' }),
  new SupersededError('x'),
  new IdempotencyReusedError('x'),
  new ServerError('teapot', 'short and stout', { spout: 1 }),
];

describe('an error read from a server', () => {
  it.each(errors.map((error) => [error.name, error] as const))('is the %s that was thrown there', (_name, error) => {
    const read = readError(JSON.parse(JSON.stringify(error.toWire())));
    expect(read).toBeInstanceOf(error.constructor);
    expect(read).toMatchObject({ code: error.code, message: error.message });
    expect(read.details).toEqual(error.details);
  });

  it('names the server when that is closed', () => {
    expect(readError(new ClosedError('netsync').toWire())).toMatchObject({ code: 'closed' });
  });

  it.each([undefined, null, 'x', {}, { code: 7 }, []])('may be nonsense: %j', (wire) => {
    expect(readError(wire)).toMatchObject({ code: 'bad_answer' });
  });
});
