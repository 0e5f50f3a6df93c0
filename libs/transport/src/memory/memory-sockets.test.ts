import { SimulatedClock } from '@syncytium/testkit';
import { describe, expect, test } from 'vitest';
import { socketsConformance } from '../sockets.conformance.js';
import { memorySockets } from './memory-sockets.js';

describe('memory sockets', () => {
  socketsConformance(() => memorySockets(), 'tcp://127.0.0.1:0');

  test('sets of sockets do not reach each other', async () => {
    const [one, other] = [memorySockets(), memorySockets()];
    const options = { onMessage: () => undefined };
    expect(await one.router(options).bind('here')).toBe('here');
    expect(await other.router(options).bind('here')).toBe('here');
  });

  test('take no port 0 for one that somebody has asked for', async () => {
    const sockets = memorySockets();
    const bind = (address: string) => sockets.router({ onMessage: () => undefined }).bind(address);
    const first = await bind('tcp://here:0');
    const next = first.replace(/\d+$/, (port) => String(Number(port) + 1));
    expect(await bind(next)).toBe(next);
    expect([first, next]).not.toContain(await bind('tcp://here:0'));
  });

  test('refuse keys rather than seem to encrypt', () => {
    const curve = { publicKey: 'p', secretKey: 's' };
    expect(() => memorySockets().router({ curve, onMessage: () => undefined })).toThrow(
      'curve is not offered by the memory driver',
    );
  });

  test('do everything on the schedule they are given', async () => {
    const clock = new SimulatedClock();
    const sockets = memorySockets({ schedule: (run) => clock.setTimer(1, run) });
    const heard: string[] = [];
    const router = sockets.router({
      onMessage: (from, [frame]) => {
        heard.push(`router ${Buffer.from(frame!).toString()} at ${clock.now()}`);
        router.send(from, [Buffer.from('answer')]);
      },
    });
    const dealer = sockets.dealer({
      onMessage: ([frame]) => heard.push(`dealer ${Buffer.from(frame!).toString()} at ${clock.now()}`),
    });
    dealer.connect(await router.bind('here'));
    dealer.send([Buffer.from('question')]);
    expect(heard).toEqual([]);
    clock.runUntilIdle();
    expect(heard).toEqual(['router question at 2', 'dealer answer at 3']);
  });
});
