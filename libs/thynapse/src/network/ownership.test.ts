import { encodeFrame } from '@syncytium/codec';
import { describe, expect, test } from 'vitest';
import { PeerDriver } from '../testing/peer-driver.js';
import { thid, TransmitterDriver } from '../testing/transmitter-driver.js';
import { transmitterDefaults } from '../transmitter/transmitter-options.js';
import type { EventEntry } from './entry.js';
import { scoreOf } from './rendezvous.js';

/** Two that accepted the same event, which was sent again when the line of its sender broke: each knows of other cells. */
function bothAccepted(otherId: string) {
  const transmitter = new TransmitterDriver();
  const other = new PeerDriver(transmitter, otherId);
  transmitter.join('web', 'web');
  transmitter.join('mail', 'mail', ['job']);
  const { id } = transmitter.event('web', 'job', { answer: true });
  const [accepted] = other.heard().filter(({ type }) => type === 'event') as [EventEntry];
  const place = { cell: thid('elsewhere'), via: other.id };
  const claim: EventEntry = { ...accepted, tasks: [{ service: 'audit', attempt: 1, failures: 0, place }], copy: true };
  return { transmitter, other, id, claim };
}

/** An event as its owner tells it, with a task that no cell has yet. */
function eventToGive(id: string): EventEntry {
  return {
    type: 'event',
    bytes: encodeFrame('J', 'EVNT', { id, channel: 'job' }),
    wantsAnswer: false,
    tasks: [{ service: 'mail', attempt: 0, failures: 0 }],
    ended: [],
    answers: [],
    copy: false,
  };
}

describe('of two that accepted an event [T-52]', () => {
  const [smaller, larger] = [thid('A'), thid('Z')];

  test('the one with the larger id yields', () => {
    for (const [otherId, owner] of [
      [smaller, smaller],
      [larger, thid('T')],
    ] as const) {
      const { transmitter, other, id, claim } = bothAccepted(otherId);
      other.tell(claim);
      expect(transmitter.state.open.get(id)?.owner).toBe(owner);
    }
  });

  test('the one with the smaller id goes on when it had ended all that it knew of, and says so', () => {
    const { transmitter, other, id, claim } = bothAccepted(larger);
    transmitter.say('mail', 'DONE', { re: id });
    expect(transmitter.state.open.has(id)).toBe(false);
    other.heard();
    other.tell(claim);
    const told = other.heard();
    expect(told).toMatchObject([{ type: 'event', copy: true, tasks: [{ service: 'audit' }], ended: ['mail'] }]);
    expect(transmitter.state.open.get(id)?.owner).toBe(thid('T'));
  });

  test('the one with the larger id leaves it to the other when it had ended all that it knew of', () => {
    const { transmitter, other, id, claim } = bothAccepted(smaller);
    transmitter.say('mail', 'DONE', { re: id });
    other.heard();
    other.tell(claim);
    expect(other.heard()).toEqual([]);
    expect(transmitter.state.open.get(id)?.owner).toBe(smaller);
  });

  test('one that knows of no task does not own it', () => {
    const { transmitter, other, id, claim } = bothAccepted(smaller);
    other.tell({ ...claim, tasks: [], copy: false });
    expect(transmitter.state.open.get(id)?.owner).toBe(thid('T'));
  });
});

test('an attempt that a cell failed is not sent to it again by who has not heard of that [T-43]', () => {
  const { transmitter, other, id, claim } = bothAccepted(thid('A'));
  const place = { cell: thid('mail'), via: thid('T') };
  const copy: EventEntry = { ...claim, tasks: [{ service: 'mail', attempt: 1, failures: 0, place }] };
  other.tell(copy);
  transmitter.say('mail', 'FAIL', { re: id, message: 'bad luck' });
  const tasksSent = () => transmitter.sent.filter(({ command }) => command === 'TASK').length;
  expect(tasksSent()).toBe(1);
  other.tell(copy);
  expect(tasksSent()).toBe(1);
  other.tell({ type: 'give', id, service: 'mail', attempt: 2, place });
  expect(tasksSent()).toBe(2);
});

describe('what a lost transmitter owned [T-51]', () => {
  /** How long the one under test waits until it takes over, where a third one comes before it in the ranks. */
  function takenOverAfterMs(bases: Record<string, number>): number {
    const transmitter = new TransmitterDriver();
    const owner = new PeerDriver(transmitter, thid('O'));
    const third = new PeerDriver(transmitter, thid('N'), bases);
    const id = Array.from({ length: 100 }, (_, i) => thid(String(i))).find(
      (one) => scoreOf(one, third.id) > scoreOf(one, thid('T')),
    )!;
    owner.tell(eventToGive(id));
    owner.lose();
    const { heartbeatMs } = transmitter.state.options;
    while (transmitter.state.network.members.get(owner.id)?.isReachable) transmitter.wait(50);
    const lostMs = transmitter.now;
    while (transmitter.state.open.get(id)?.owner === owner.id && transmitter.now < 10 * heartbeatMs) {
      third.link();
      transmitter.wait(50);
    }
    return transmitter.now - lostMs;
  }

  test('is taken over a heartbeat later by the next one in the ranks', () => {
    expect(takenOverAfterMs({ [thid('O')]: 0 })).toBe(transmitterDefaults.heartbeatMs);
  });

  test('is taken over at once where the first one can have no copy, since it began later', () => {
    expect(takenOverAfterMs({ [thid('O')]: 1 })).toBe(0);
    expect(takenOverAfterMs({})).toBe(0);
  });
});

describe('an event of one that leaves [T-46]', () => {
  const id = thid('e');
  const event = eventToGive(id);

  test('is asked about when the heir has heard that it is its own', () => {
    const transmitter = new TransmitterDriver();
    const leaving = new PeerDriver(transmitter, thid('L'));
    const heir = new PeerDriver(transmitter, thid('H'));
    leaving.tell({ type: 'pause' }, event, { ...event, copy: true, heir: heir.id });
    const { heartbeatMs } = transmitter.state.options;
    const asked = (heartbeats: number): unknown[] => {
      for (const until = transmitter.now + heartbeats * heartbeatMs; transmitter.now < until; transmitter.wait(50)) {
        leaving.link();
        heir.link();
      }
      return heir.heard().filter(({ type }) => type === 'ask');
    };
    heir.have = { [leaving.id]: 2 };
    expect(asked(12)).toEqual([]);
    heir.have = { [leaving.id]: 3 };
    expect(asked(2)).toEqual([{ type: 'ask', id, owner: heir.id, services: ['mail'] }]);
    expect(asked(12)).toEqual([]);
  });

  test('is not given again by an heir that heard of it before it heard of the cell that has it', () => {
    const transmitter = new TransmitterDriver();
    transmitter.join('free', 'mail', ['job']);
    const leaving = new PeerDriver(transmitter, thid('L'));
    const holder = new PeerDriver(transmitter, thid('H'));
    const place = { cell: thid('busy'), via: holder.id };
    const given: EventEntry = { ...event, tasks: [{ service: 'mail', attempt: 1, failures: 0, place }] };
    leaving.tell(given);
    holder.tell(
      { type: 'cell', id: thid('busy'), service: 'mail', capacity: 1 },
      { type: 'catch', cell: thid('busy'), pattern: 'job', all: false },
    );
    leaving.tell({ ...given, copy: true, heir: thid('T') });
    expect(transmitter.state.open.get(id)?.owner).toBe(thid('T'));
    expect(transmitter.sent.filter(({ command }) => command === 'TASK')).toEqual([]);
    // Its answer is what it waits for.
    holder.tell({ type: 'end', id, service: 'mail', outcome: 'done', answers: [] });
    expect(transmitter.state.open.has(id)).toBe(false);
  });

  test('is told to be over by an heir that knows it', () => {
    const transmitter = new TransmitterDriver();
    const leaving = new PeerDriver(transmitter, thid('L'));
    leaving.tell(event, { type: 'end', id, service: 'mail', outcome: 'done', answers: [] });
    leaving.heard();
    leaving.tell({ ...event, copy: true, heir: thid('T') });
    expect(leaving.heard()).toMatchObject([{ type: 'end', id, service: 'mail' }]);
  });
});
