import { describe, expect, test } from 'vitest';
import { LinkedTransmitters } from '../testing/linked-transmitters.js';
import { thid, TransmitterDriver } from '../testing/transmitter-driver.js';

const address = 'tcp://127.0.0.1:7001';

/** Told to join somebody, who does not answer yet. */
function joining(): TransmitterDriver {
  const transmitter = new TransmitterDriver();
  transmitter.step({ type: 'join', address });
  return transmitter;
}

describe('a transmitter that was told to join others [T-17]', () => {
  test('welcomes no cell before it knows theirs, and then finds their services', () => {
    const [own, other] = [thid('T'), thid('X')];
    const pair = new LinkedTransmitters(own, other);
    pair.say(other, 'worker', 'HELO', { id: thid('w'), service: 'worker', capacity: 1 });
    pair.say(other, 'worker', 'CTCH', { pattern: 'job' });
    pair.said.splice(0);
    pair.join(own, other);
    pair.say(own, 'web', 'HELO', { id: thid('e'), service: 'web' });
    pair.say(own, 'web', 'EVNT', { channel: 'job', id: thid('j'), confirm: true, answer: true });
    expect(pair.said).toEqual([]);
    while (pair.said.length < 3) pair.tick();
    expect(pair.said.filter(({ to }) => to === 'web')).toMatchObject([
      { command: 'WLCM' },
      { command: 'OKAY', payload: { services: ['worker'] } },
    ]);
    expect(pair.said.filter(({ to }) => to === 'worker')).toMatchObject([
      { command: 'TASK', payload: { channel: 'job' } },
    ]);
  });

  test('serves alone when nobody answers for three heartbeats', () => {
    const transmitter = joining();
    const { heartbeatMs } = transmitter.state.options;
    transmitter.join('web', 'web');
    expect(transmitter.wait(3 * heartbeatMs - 50)).toEqual([]);
    expect(transmitter.wait(50)).toMatchObject([{ to: 'web', command: 'WLCM' }]);
    expect(transmitter.join('mail', 'mail')).toMatchObject([{ to: 'mail', command: 'WLCM' }]);
  });

  test('forgets who went away meanwhile', () => {
    const transmitter = joining();
    transmitter.join('web', 'web');
    transmitter.join('mail', 'mail');
    transmitter.step({ type: 'gone', peer: 'web' });
    expect(transmitter.wait(10_000)).toMatchObject([{ to: 'mail', command: 'WLCM' }]);
  });

  test('refuses more than it keeps', () => {
    const transmitter = joining();
    const large = Buffer.alloc(9 * 1024 * 1024);
    expect(transmitter.sayRaw('web', large)).toEqual([]);
    expect(transmitter.sayRaw('mail', large)).toMatchObject([
      { to: 'mail', command: 'ERRR', payload: { code: 'busy' } },
    ]);
  });

  test('goes on serving the cells that it has', () => {
    const transmitter = new TransmitterDriver();
    transmitter.join('web', 'web');
    transmitter.step({ type: 'join', address });
    expect(transmitter.join('mail', 'mail')).toMatchObject([{ to: 'mail', command: 'WLCM' }]);
  });
});
