import { describe, expect, test } from 'vitest';
import { FxpSessionEndedError } from './errors.js';
import { SessionState } from './session-state.js';

const name = { service: 'X', id: 'ID' };
const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('the state of a session', () => {
  test('knows the keys of both parties', () => {
    const [requestor, provider] = [new SessionState(name, 'requestor'), new SessionState(name, 'provider')];
    expect([requestor.outboxKey, requestor.inboxKey]).toEqual(['ID__X__req2pro', 'ID__X__pro2req']);
    expect([provider.outboxKey, provider.inboxKey]).toEqual([requestor.inboxKey, requestor.outboxKey]);
  });

  test('gives answers to calls in the order of the calls', () => {
    const state = new SessionState(name, 'requestor');
    const tickets = [state.expectAnswer(), state.expectAnswer(), state.expectAnswer()];
    state.giveUp(tickets[1]!);
    for (const answer of ['1', '2', '3', 'of nothing']) state.onAnswer(bytes(answer), 0);
    expect(tickets.map(({ state }) => state)).toEqual(['answered', 'givenUp', 'answered']);
    expect(tickets.map(({ answer }) => answer && Buffer.from(answer).toString())).toEqual(['1', undefined, '3']);
  });

  test('counts a late answer that was popped on its own', () => {
    const state = new SessionState(name, 'requestor');
    state.giveUp(state.expectAnswer());
    const next = state.expectAnswer();
    state.onPopped(0);
    state.onAnswer(bytes('2'), 0);
    expect(next.state).toBe('answered');
  });

  test('expects nothing for a call that was never made', () => {
    const state = new SessionState(name, 'requestor');
    state.withdraw(state.expectAnswer());
    const next = state.expectAnswer();
    state.onAnswer(bytes('1'), 0);
    expect(next.state).toBe('answered');
  });

  test('tells of a missing item what was exchanged before', () => {
    const state = new SessionState(name, 'provider');
    expect(state.timeoutError(10_000, 0).message).toBe(
      'provider of X/ID waited 10.0 s for item 1 of ID__X__req2pro from the requestor of X/ID, never heard',
    );
    state.onPopped(1000);
    state.onPushed();
    const error = state.timeoutError(2500, 4100);
    expect(error.message).toBe(
      'provider of X/ID waited 2.5 s for item 2 of ID__X__req2pro from the requestor of X/ID, last heard 3.1 s ago',
    );
    expect(error.toWire()).toMatchObject({
      code: 'timeout',
      key: 'ID__X__req2pro',
      popped: 1,
      pushed: 1,
      lastHeardMs: 3100,
    });
  });

  test('ends once, and says so from then on', () => {
    const state = new SessionState(name, 'requestor');
    state.checkOpen();
    state.end('first');
    state.end('second');
    expect(() => state.checkOpen()).toThrow(FxpSessionEndedError);
    expect(() => state.checkOpen()).toThrow(expect.objectContaining({ cause: 'first' }) as Error);
  });

  test('limits what is unanswered', () => {
    const state = new SessionState(name, 'requestor');
    for (let i = 0; i < 10_000; i++) state.expectAnswer();
    expect(() => state.expectAnswer()).toThrow('limited to 10000');
  });
});
