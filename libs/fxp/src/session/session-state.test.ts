import { BrokerError } from '@syncytium/transport';
import { describe, expect, test } from 'vitest';
import { FxpPeerLostError, FxpRemoteError, FxpSessionEndedError } from '../errors.js';
import { SessionState, transitions, type SessionEvent, type SessionPhase } from './session-state.js';

const name = { service: 'X', id: 'ID' };
const events: readonly SessionEvent[] = ['claim', 'exchange', 'requestorEnd', 'providerEnd', 'close', 'loss'];

/** A state that has come to a phase. */
function stateIn(phase: SessionPhase, role: 'requestor' | 'provider' = 'requestor'): SessionState {
  const state = new SessionState(name, role);
  const ways: Readonly<Record<SessionPhase, readonly SessionEvent[]>> = {
    negotiating: [],
    claimed: ['claim'],
    running: ['claim', 'exchange'],
    draining: ['requestorEnd'],
    ended: ['close'],
    lost: ['loss'],
  };
  for (const event of ways[phase]) state.on(event);
  expect(state.phase).toBe(phase);
  return state;
}

describe('the state of a session', () => {
  test('knows the keys of both parties', () => {
    const [requestor, provider] = [new SessionState(name, 'requestor'), new SessionState(name, 'provider')];
    expect([requestor.outboxKey, requestor.inboxKey]).toEqual(['ID__X__req2pro', 'ID__X__pro2req']);
    expect([provider.outboxKey, provider.inboxKey]).toEqual([requestor.inboxKey, requestor.outboxKey]);
  });

  describe.each(Object.keys(transitions) as SessionPhase[])('in the phase %s', (phase) => {
    const expected: Readonly<Record<SessionPhase, Partial<Record<SessionEvent, SessionPhase>>>> = {
      negotiating: {
        claim: 'claimed',
        exchange: 'running',
        requestorEnd: 'draining',
        providerEnd: 'ended',
        close: 'ended',
        loss: 'lost',
      },
      claimed: { exchange: 'running', requestorEnd: 'draining', providerEnd: 'ended', close: 'ended', loss: 'lost' },
      running: { requestorEnd: 'draining', providerEnd: 'ended', close: 'ended', loss: 'lost' },
      draining: { providerEnd: 'ended', close: 'ended', loss: 'lost' },
      ended: {},
      lost: {},
    };

    test.each(events)('%s leads where it should', (event) => {
      const state = stateIn(phase);
      state.on(event);
      expect(state.phase).toBe(expected[phase][event] ?? phase);
    });
  });

  test('lets a draining requestor pop, and a draining provider push', () => {
    const requestor = stateIn('draining', 'requestor');
    requestor.checkMayPop();
    expect(() => requestor.checkMayPush()).toThrow('the requestor has said its last input');
    const provider = stateIn('draining', 'provider');
    provider.checkMayPush();
    expect(() => provider.checkMayPop()).toThrow(FxpSessionEndedError);
  });

  test('tells a provider why its requestor has no more inputs, when that failed', () => {
    const provider = stateIn('running', 'provider');
    const error = new FxpRemoteError(name, { name: 'RangeError', message: 'beyond' }, 'requestor');
    expect(error.message).toBe('the requestor of X/ID failed: RangeError: beyond');
    provider.on('requestorEnd', error);
    provider.checkMayPush();
    expect(() => provider.checkMayPop()).toThrow(error);
  });

  test('ends once, and says why from then on', () => {
    const state = stateIn('running');
    state.checkOpen();
    state.on('close', 'first');
    state.on('loss', 'second');
    expect(() => state.checkOpen()).toThrow('session X/ID has ended: first');
    expect(() => state.checkMayPush()).toThrow(FxpSessionEndedError);
    expect(() => state.checkMayPop()).toThrow(FxpSessionEndedError);
  });

  test('throws what ended it where that says it best', () => {
    const remote = new FxpRemoteError(name, { name: 'Error', message: 'no' });
    const gone = new FxpPeerLostError({ session: name, peer: 'provider "p"', leaseMs: 10, heardMs: 11 });
    const unreachable = new BrokerError('broker_unreachable', 'redis cannot be reached');
    const endOf = (event: SessionEvent, cause: unknown): unknown => {
      const state = stateIn('running');
      state.on(event, cause);
      return state.endError;
    };
    expect(endOf('providerEnd', remote)).toBe(remote);
    expect(endOf('loss', gone)).toBe(gone);
    expect(endOf('loss', unreachable)).toMatchObject({ code: 'fxp_session_ended', cause: unreachable });
  });

  test('tells of a missing item what was exchanged before', () => {
    const state = new SessionState(name, 'provider');
    expect(state.timeoutError(10_000, 0).message).toBe(
      'provider of X/ID waited 10.0 s for item 1 of ID__X__req2pro from the requestor of X/ID, never heard, has sent nothing',
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

  test('tells what the other party did with the last item', () => {
    const state = new SessionState(name, 'requestor');
    const peer = { party: 'provider "toksys-7"', claimedMs: 12_400, leaseRenewedMs: 3100, isThere: true };
    const told = (unpopped: number): string => state.describePeer(5000, { peer, unpopped });
    state.onPushed(41);
    for (let i = 0; i < 40; i++) state.onPopped(1000);
    expect(told(0)).toBe(
      'provider "toksys-7" claimed 12.4 s ago, last heard 3.1 s ago, popped item 41 and has not answered',
    );
    expect(told(1)).toMatch(/has not popped item 41$/);
    expect(told(41)).toMatch(/has popped nothing$/);
    expect(state.describePeer(5000, { peer: { party: 'provider "p"', isThere: false } })).toBe(
      'provider "p", last heard 4.0 s ago, gone by now',
    );
  });
});
