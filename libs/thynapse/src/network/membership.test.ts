import { encodeFrame } from '@syncytium/codec';
import { expect, test } from 'vitest';
import { thid } from '../testing/transmitter-driver.js';
import { newTransmitter } from '../transmitter/transmitter-state.js';
import { transmitterDefaults } from '../transmitter/transmitter-options.js';
import type { TransmitterOutput } from '../transmitter/transmitter-output.js';
import { step } from '../transmitter/transmitter.js';
import { networkCommands } from './network-frames.js';

const own = { id: thid('T'), pub: 'tcp://127.0.0.1:5455' };
const there = 'tcp://127.0.0.1:7001';
const heartbeatsUntilForgotten = 30;

test('a transmitter that was started again in the place of another is listened to after that one is forgotten [T-16]', () => {
  const state = newTransmitter({ ...transmitterDefaults, ...own });
  const { heartbeatMs } = state.options;
  const outputs: TransmitterOutput[] = [];
  let now = 0;
  const run = (input: Parameters<typeof step>[1]): void => void outputs.push(...step(state, input, now));
  const wait = (ms: number): void => {
    for (const end = now + ms; now < end;) {
      now = Math.min(end, now + 50);
      run({ type: 'tick' });
    }
  };
  const introduce = (id: string, type: 'subscribed' | 'unsubscribed'): void =>
    run({ type, topic: Buffer.from(`thynapse::peer::${id}::${there}`) });
  const link = (id: string, version: number): void => {
    const payload = { id, pub: there, command: '', version, neighbours: [own.id], have: {}, base: {} };
    run({ type: 'peer', from: id, message: [encodeFrame('M', networkCommands.link, payload)] });
  };
  const [former, later] = [thid('X'), thid('Y')];

  introduce(former, 'subscribed');
  link(former, 1);
  run({ type: 'peer-gone', peer: former });
  introduce(former, 'unsubscribed');
  introduce(later, 'subscribed');
  for (let heartbeat = 1; heartbeat <= heartbeatsUntilForgotten + 3; heartbeat++) {
    wait(heartbeatMs);
    link(later, heartbeat);
  }
  expect([...state.network.members.keys()]).toEqual([later]);
  expect(state.network.members.get(later)?.isReachable).toBe(true);
  expect(outputs.filter(({ type }) => type === 'link' || type === 'unlink')).toEqual([
    { type: 'link', address: there },
  ]);

  // Nobody is there any more in the end.
  wait(3 * heartbeatMs);
  introduce(later, 'unsubscribed');
  wait(heartbeatsUntilForgotten * heartbeatMs);
  expect(outputs.filter(({ type }) => type === 'unlink')).toEqual([{ type: 'unlink', address: there }]);
});
