import { describe, expect, test } from 'vitest';
import { PeerDriver } from '../testing/peer-driver.js';
import { thid, TransmitterDriver } from '../testing/transmitter-driver.js';

const heartbeatMs = 1000;

/** Nothing happens for a minute; then its timer comes first. */
function stop(transmitter: TransmitterDriver) {
  transmitter.now += 60_000;
  return transmitter.step({ type: 'tick' });
}

describe('[T-18] a transmitter that was stopped', () => {
  test('takes no cell for lost that it did not listen to', () => {
    const transmitter = new TransmitterDriver({ heartbeatMs });
    transmitter.join('mail', 'mail', ['job']);
    transmitter.join('web', 'web');
    transmitter.wait(heartbeatMs);
    stop(transmitter);
    expect(transmitter.event('web', 'job').said).toMatchObject([{ to: 'mail', command: 'TASK' }]);
    expect(transmitter.state.counts.lost).toBe(0);
  });

  test('finds out all the same who is silent from then on', () => {
    const transmitter = new TransmitterDriver({ heartbeatMs });
    transmitter.join('mail', 'mail', ['job']);
    stop(transmitter);
    transmitter.wait(3 * heartbeatMs);
    expect(transmitter.state.cells.size).toBe(0);
  });

  test('gives no place away that is taken', () => {
    const transmitter = new TransmitterDriver({ heartbeatMs, cellsMax: 1 });
    transmitter.join('web', 'web');
    stop(transmitter);
    expect(transmitter.join('other', 'web')).toMatchObject([{ command: 'ERRR', payload: { code: 'busy' } }]);
  });

  test('takes no neighbour for lost, nor what it owns for its own', () => {
    const transmitter = new TransmitterDriver({ heartbeatMs });
    const other = new PeerDriver(transmitter, thid('A'));
    stop(transmitter);
    expect(transmitter.state.network.members.get(other.id)?.isReachable).toBe(true);
    transmitter.wait(3 * heartbeatMs);
    expect(transmitter.state.network.members.get(other.id)?.isReachable).toBe(false);
  });

  test('waits for those that it is to join for as long as it listens [T-17]', () => {
    const transmitter = new TransmitterDriver({ heartbeatMs });
    transmitter.step({ type: 'join', address: 'tcp://x:1' });
    transmitter.join('web', 'web');
    expect(stop(transmitter)).toEqual([]);
    expect(transmitter.wait(3 * heartbeatMs)).toMatchObject([{ to: 'web', command: 'WLCM' }]);
  });
});
