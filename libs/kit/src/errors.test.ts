import { expect, test } from 'vitest';
import {
  AbortedError,
  assert,
  ClosedError,
  InternalError,
  InvalidArgumentError,
  LimitError,
  SyncytiumError,
  throwIfAborted,
  TimeoutError,
  toWireError,
} from './errors.js';

test('a timeout names who waited, how long, for what and from whom', () => {
  const error = new TimeoutError({ who: 'requestor s1', what: 'an answer', missing: 'provider echo', waitedMs: 2500 });
  expect(error.message).toBe('requestor s1 waited 2.5 s for an answer from provider echo');
  expect(error.toWire()).toEqual({
    code: 'timeout',
    message: error.message,
    who: 'requestor s1',
    what: 'an answer',
    missing: 'provider echo',
    waitedMs: 2500,
  });
});

test.each<[SyncytiumError, string, object]>([
  [new InvalidArgumentError('mates', 'must be a whole number'), 'invalid_argument', { field: 'mates' }],
  [new LimitError('queue', 5, 'items'), 'limit_reached', { limit: 'queue', max: 5, unit: 'items' }],
  [new AbortedError('pop'), 'aborted', {}],
  [new ClosedError('broker'), 'closed', {}],
  [new InternalError('oops'), 'internal', {}],
])('%s has code %s and its facts as details', (error, code, details) => {
  expect(error).toBeInstanceOf(SyncytiumError);
  expect(error.name).toBe(error.constructor.name);
  expect(error.code).toBe(code);
  expect(error.details).toEqual(details);
});

test('details cannot pass themselves off as code or message', () => {
  const error = new SyncytiumError('real', 'true', { details: { code: 'fake', message: 'fake' } });
  expect(error.toWire()).toEqual({ code: 'real', message: 'true' });
});

test('a foreign error shows nothing of itself on the wire', () => {
  expect(toWireError(new Error('password is hunter2'))).toEqual({ code: 'internal', message: 'internal error' });
  expect(toWireError('text')).toEqual({ code: 'internal', message: 'internal error' });
});

test('the cause is kept', () => {
  const cause = new Error('first');
  expect(new SyncytiumError('x', 'second', { cause }).cause).toBe(cause);
  expect('cause' in new SyncytiumError('x', 'none')).toBe(false);
});

test('assert throws an internal error, throwIfAborted an aborted one with the reason as its cause', () => {
  expect(() => assert(false, 'broken')).toThrow(InternalError);
  expect(() => assert(true, 'fine')).not.toThrow();
  expect(() => throwIfAborted(AbortSignal.abort('enough'), 'pop')).toThrow(AbortedError);
  expect(() => throwIfAborted(undefined, 'pop')).not.toThrow();
});
