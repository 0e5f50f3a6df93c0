import { describe, expect, test } from 'vitest';
import { PeerDriver } from '../testing/peer-driver.js';
import { thid, TransmitterDriver } from '../testing/transmitter-driver.js';
import { transmitterDefaults } from '../transmitter/transmitter-options.js';

/** With a task in hand, so that it cannot leave at once. */
function busyTransmitter(): TransmitterDriver {
  const transmitter = new TransmitterDriver();
  transmitter.join('web', 'web', [], { capacity: 1 });
  transmitter.join('mail', 'mail', ['job']);
  transmitter.event('web', 'job', { answer: true });
  return transmitter;
}

test('one that is to leave while it is alone hands over when another one has come [T-70]', () => {
  const transmitter = busyTransmitter();
  transmitter.step({ type: 'drain' });
  expect(transmitter.event('web', 'job').said).toMatchObject([{ command: 'ERRR', payload: { code: 'busy' } }]);
  const other = new PeerDriver(transmitter, thid('A'));
  transmitter.wait(50);
  expect(other.heard()).toMatchObject([{ type: 'pause' }, { type: 'event', copy: true, heir: other.id }]);
  expect(transmitter.event('web', 'job').said).toMatchObject([]);
});

test('open events go to nobody before all others would hear of them [T-71]', () => {
  const transmitter = busyTransmitter();
  const other = new PeerDriver(transmitter, thid('A'), { [thid('T')]: 0 });
  const newcomer = new PeerDriver(transmitter, thid('N'), {}, true);
  const handedOver = (): unknown[] => other.heard().filter((entry) => 'heir' in entry);
  transmitter.step({ type: 'drain' });
  other.link();
  transmitter.wait(50);
  expect(handedOver()).toEqual([]);
  newcomer.link();
  transmitter.wait(50);
  expect(handedOver()).toMatchObject([{ type: 'event', copy: true, heir: other.id }]);
});

test('one that has left accepts nothing, and says nothing more to others [T-73]', () => {
  const transmitter = busyTransmitter();
  const other = new PeerDriver(transmitter, thid('A'));
  transmitter.step({ type: 'drain' });
  transmitter.step({ type: 'leave' });
  expect(transmitter.toPeers.splice(0).at(-1)?.frame.command).toBe('GBYE');
  expect(transmitter.event('web', 'job').said).toMatchObject([{ command: 'ERRR', payload: { code: 'busy' } }]);
  other.link();
  new PeerDriver(transmitter, thid('N'));
  transmitter.wait(10_000);
  expect(transmitter.toPeers).toEqual([]);
});

test('a cell goes when all others have copies of what it sent [T-72]', () => {
  const transmitter = busyTransmitter();
  const other = new PeerDriver(transmitter, thid('A'), { [thid('T')]: 0 });
  const saidToWeb = (): string[] =>
    transmitter.sent.splice(0).flatMap(({ to, command }) => (to === 'web' && command !== 'PING' ? [command] : []));
  transmitter.step({ type: 'drain' });
  other.link();
  transmitter.wait(50);
  expect(saidToWeb()).toContain('MOVE');
  const newcomer = new PeerDriver(transmitter, thid('N'), {}, true);
  transmitter.event('web', 'job', { answer: true });
  transmitter.say('web', 'GBYE', { resume: true });
  other.link();
  newcomer.link();
  expect(saidToWeb()).toEqual([]);
  other.link();
  newcomer.link();
  expect(saidToWeb()).toEqual(['GBYE']);
});

describe('a cell that has gone and ended is not waited for [T-73]', () => {
  /** It has been let go. */
  function whenGone() {
    const transmitter = new TransmitterDriver();
    transmitter.join('web', 'web', [], { capacity: 1 });
    const other = new PeerDriver(transmitter, thid('A'));
    const waitFor = (heartbeats: number): void => {
      for (const until = transmitter.now + heartbeats * transmitterDefaults.heartbeatMs; transmitter.now < until;) {
        transmitter.wait(50);
        other.link();
      }
    };
    transmitter.step({ type: 'drain' });
    waitFor(1);
    expect(transmitter.say('web', 'GBYE', { resume: true })).toMatchObject([{ command: 'GBYE' }]);
    return { transmitter, other, waitFor };
  }

  test('where it was seen elsewhere', () => {
    const { transmitter, other, waitFor } = whenGone();
    waitFor(1);
    expect(transmitter.state.isDrained).toBe(false);
    other.tell({ type: 'cell', id: thid('web'), service: 'web', capacity: 1 }, { type: 'left', id: thid('web') });
    waitFor(0.1);
    expect(transmitter.state.isDrained).toBe(true);
  });

  test('where it never was, after three heartbeats', () => {
    const { transmitter, waitFor } = whenGone();
    waitFor(2.5);
    expect(transmitter.state.isDrained).toBe(false);
    waitFor(1);
    expect(transmitter.state.isDrained).toBe(true);
  });
});
