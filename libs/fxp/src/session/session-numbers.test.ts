import { describe, expect, test } from 'vitest';
import { sealEnvelope, type EnvelopeKind } from '../wire/envelope.js';
import { FxpBadItemError, FxpUnaskedAnswerError } from '../errors.js';
import { SessionNumbers, type Arrival, type Outgoing } from './session-numbers.js';

const name = { service: 'X', id: 'ID' };
const make = (role: 'requestor' | 'provider', isAcknowledged = true): SessionNumbers =>
  new SessionNumbers({ name, role, isAcknowledged });
const bytesOf = (kind: EnvelopeKind, seq: number, payload = `${seq}`): Uint8Array =>
  sealEnvelope({ kind, seq }, Buffer.from(payload));
const receive = (numbers: SessionNumbers, kind: EnvelopeKind, seq: number, payload?: string): Arrival[] =>
  numbers.receive(bytesOf(kind, seq, payload), true);
const told = (arrivals: Arrival[]): string[] =>
  arrivals.map((arrival) => ('seq' in arrival ? `${arrival.kind} ${arrival.seq}` : arrival.kind));

/** Says an item and gives its number. */
function say(numbers: SessionNumbers): number {
  const outgoing: Outgoing = { kind: 'item', seq: numbers.nextSeq('item'), bytes: Buffer.of(1), isInParts: false };
  numbers.said(outgoing);
  numbers.sent([outgoing]);
  return outgoing.seq;
}

describe('the numbers of an extended session', () => {
  test('count from 1 in each direction, whatever the other says', () => {
    const numbers = make('provider', false);
    expect([say(numbers), say(numbers)]).toEqual([1, 2]);
    expect(told(receive(numbers, 'item', 1))).toEqual(['item 1']);
    expect(told(receive(numbers, 'end', 2))).toEqual(['end 2']);
    expect(say(numbers)).toBe(3);
  });

  test('put what comes into order, once', () => {
    const numbers = make('requestor', false);
    expect(receive(numbers, 'item', 2)).toEqual([]);
    expect(told(receive(numbers, 'item', 1))).toEqual(['item 1', 'item 2']);
    expect(receive(numbers, 'item', 1)).toEqual([]);
    expect(receive(numbers, 'item', 2)).toEqual([]);
  });

  test('are given again when the broker has refused them', () => {
    const numbers = make('requestor');
    say(numbers);
    const refused: Outgoing = { kind: 'item', seq: numbers.nextSeq('item'), bytes: Buffer.of(1), isInParts: false };
    numbers.said(refused);
    numbers.unsaid([refused]);
    expect(numbers.unansweredCount).toBe(1);
    expect(say(numbers)).toBe(2);
  });
});

describe('the numbers of an acknowledged session', () => {
  test('make output n the answer to input n', () => {
    const numbers = make('provider');
    expect(() => numbers.nextSeq('item')).toThrow(FxpUnaskedAnswerError);
    expect(told(receive(numbers, 'sync', 6, '5'))).toEqual(['gap']);
    expect(told(receive(numbers, 'item', 5))).toEqual(['item 5']);
    expect(numbers.firstSeq).toBe(5);
    expect(() => numbers.nextSeq('item')).toThrow('all 0 inputs have been answered');
    numbers.taken(5);
    expect(say(numbers)).toBe(5);
    expect(() => numbers.nextSeq('item')).toThrow(FxpUnaskedAnswerError);
    expect(numbers.nextSeq('error')).toBe(6);
  });

  test('trim what is answered', () => {
    const numbers = make('provider');
    for (const seq of [1, 2, 2, 3]) receive(numbers, 'item', seq);
    numbers.taken(3);
    expect(numbers.takeTrimmable()).toBe(0);
    say(numbers);
    expect(numbers.takeTrimmable()).toBe(1);
    say(numbers);
    expect(numbers.takeTrimmable()).toBe(2);
    say(numbers);
    numbers.onReopened();
    expect(numbers.takeTrimmable()).toBe(0);
  });

  test('trim answers many at once, or when they are large', () => {
    const numbers = make('requestor');
    for (let n = 0; n < 70; n++) say(numbers);
    for (let seq = 1; seq < 64; seq++) receive(numbers, 'item', seq);
    expect(numbers.takeTrimmable()).toBe(0);
    receive(numbers, 'item', 64);
    expect(numbers.takeTrimmable()).toBe(64);
    receive(numbers, 'item', 65);
    expect(numbers.takeTrimmable()).toBe(0);
    receive(numbers, 'item', 66, 'x'.repeat(64 * 1024));
    expect(numbers.takeTrimmable()).toBe(2);
    receive(numbers, 'item', 67);
    expect(numbers.takeTrimmable()).toBe(0);
  });

  test('tell a gap once, and again when the requestor is sure of it', () => {
    const numbers = make('provider');
    expect(receive(numbers, 'item', 2)).toEqual([{ kind: 'gap', from: 1, isSure: false }]);
    expect(receive(numbers, 'item', 3)).toEqual([]);
    expect(receive(numbers, 'sync', 3, '1')).toEqual([{ kind: 'gap', from: 1, isSure: true }]);
    expect(told(receive(numbers, 'item', 1))).toEqual(['item 1', 'item 2', 'item 3']);
    expect(receive(numbers, 'sync', 3, '1')).toEqual([]);
  });

  test('do not await what the requestor has answers to', () => {
    const numbers = make('provider');
    receive(numbers, 'item', 8);
    expect(told(receive(numbers, 'sync', 8, '8'))).toEqual(['item 8']);
  });

  test('keep inputs until they are answered', () => {
    const numbers = make('requestor');
    for (let n = 0; n < 3; n++) say(numbers);
    expect([numbers.saidSeq, numbers.firstUnanswered, numbers.unansweredCount]).toEqual([3, 1, 3]);
    receive(numbers, 'item', 1);
    expect(numbers.firstUnanswered).toBe(2);
    expect(numbers.unansweredFrom(3).map(({ seq }) => seq)).toEqual([3]);
    receive(numbers, 'item', 2);
    receive(numbers, 'item', 3);
    expect([numbers.firstUnanswered, numbers.unansweredCount]).toEqual([4, 0]);
    expect(receive(numbers, 'resend', 2)).toEqual([{ kind: 'resend', from: 2 }]);
  });

  test('refuse what the other party does not say', () => {
    expect(() => receive(make('requestor'), 'sync', 1, '1')).toThrow(FxpBadItemError);
    expect(() => receive(make('provider'), 'resend', 1)).toThrow('is of the kind resend');
    expect(() => receive(make('provider'), 'sync', 1, 'x')).toThrow(FxpBadItemError);
    expect(() => receive(make('provider'), 'item', 0)).toThrow('has the number 0');
    const numbers = make('provider');
    expect(() => numbers.receive(Buffer.from('nothing of ours'), true)).toThrow(FxpBadItemError);
    // It is in flight all the same, and needed no more.
    expect(numbers.takeTrimmable()).toBe(1);
  });
});
