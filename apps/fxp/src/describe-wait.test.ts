import { expect, test } from 'vitest';
import { describeWait } from './describe-wait.js';

const client = { id: 1, name: 'me', address: '127.0.0.1:5' };

test('who pops a list of a session is one of its parties, and awaits the other', () => {
  expect(describeWait(client, ['ID__X__req2pro'])).toEqual({
    who: 'provider of X/ID',
    what: 'item of ID__X__req2pro',
    whom: ['requestor of X/ID'],
  });
  expect(describeWait(client, ['ID__X__pro2req'])).toMatchObject({
    who: 'requestor of X/ID',
    whom: ['provider of X/ID'],
  });
});

test('who pops anything else is what it calls itself', () => {
  expect(describeWait(client, ['jobs'])).toBeUndefined();
  expect(describeWait(client, ['ID__X__req2pro', 'jobs'])).toBeUndefined();
});
