import { describe, expect, test } from 'vitest';
import { PeerDriver } from '../testing/peer-driver.js';
import { thid, TransmitterDriver } from '../testing/transmitter-driver.js';

const { heartbeatMs } = new TransmitterDriver().state.options;

/** A transmitter with a cell that asks; the only one that answers is at another transmitter. */
function makeNetwork() {
  const transmitter = new TransmitterDriver();
  const other = new PeerDriver(transmitter, thid('A'));
  transmitter.join('web', 'web');
  other.tell(
    { type: 'cell', id: thid('worker'), service: 'worker', capacity: 1 },
    { type: 'catch', cell: thid('worker'), pattern: 'job', all: false },
  );
  const ask = () => transmitter.event('web', 'job', { confirm: true, answer: true }).said;
  return {
    transmitter,
    other,
    ask,
    /** The other one is killed, and known to be gone. */
    kill: () => {
      other.lose();
      transmitter.wait(heartbeatMs / 2);
      expect(transmitter.state.network.members.get(other.id)?.isReachable).toBe(false);
    },
  };
}

const handledBy = (...services: string[]) => [{ to: 'web', command: 'OKAY', payload: { services } }];

describe('what the cells of a lost transmitter catch [T-54]', () => {
  test('is waited for, and given to the first that comes', () => {
    const { transmitter, ask, kill } = makeNetwork();
    kill();
    expect(ask()).toMatchObject(handledBy('worker'));
    expect(transmitter.openTasks.size).toBe(1);
    const given = transmitter.join('worker', 'worker', ['job']).filter(({ command }) => command === 'TASK');
    expect(given).toMatchObject([{ to: 'worker', payload: { channel: 'job', attempt: 1 } }]);
    expect(transmitter.state.keptLanes.size).toBe(0);
    // It is as any other pattern from then on.
    transmitter.say('worker', 'GBYE', {});
    expect(transmitter.state.index.size).toBe(0);
  });

  test('is forgotten after six heartbeats, but not what was accepted meanwhile', () => {
    const { transmitter, ask, kill } = makeNetwork();
    kill();
    transmitter.wait(5 * heartbeatMs);
    expect(ask()).toMatchObject(handledBy('worker'));
    transmitter.wait(heartbeatMs);
    expect(ask()).toMatchObject(handledBy());
    const given = transmitter.join('worker', 'worker', ['*']).filter(({ command }) => command === 'TASK');
    expect(given).toMatchObject([{ payload: { channel: 'job' } }]);
  });

  test('leaves nothing behind when nobody comes', () => {
    const { transmitter, kill } = makeNetwork();
    kill();
    expect(transmitter.state.services.has('worker')).toBe(true);
    transmitter.wait(6 * heartbeatMs);
    expect(transmitter.state.services.has('worker')).toBe(false);
    expect(transmitter.state.index.size).toBe(0);
  });

  test('is not waited for where the cell itself went', () => {
    const { transmitter, other, ask } = makeNetwork();
    other.tell({ type: 'left', id: thid('worker') });
    ask();
    // It has the event.
    other.link();
    expect(transmitter.sent.slice(-1)).toMatchObject(handledBy());
  });
});
