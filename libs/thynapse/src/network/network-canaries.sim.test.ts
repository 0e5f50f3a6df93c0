import { decodeFrame } from '@syncytium/codec';
import { scaledTimeoutMs, simulate } from '@syncytium/testkit';
import { describe, expect, test } from 'vitest';
import {
  breakLines,
  killCells,
  killTransmitters,
  lossy,
  play,
  replaceTransmitters,
  type Plan,
} from '../testing/network-play.js';
import {
  checkAskedOnce,
  checkCapacity,
  checkGathered,
  checkHandled,
  checkHeardAll,
  checkKeys,
  checkOrder,
  checkReplaced,
} from '../testing/promises.js';
import type { SimulatedCells } from '../testing/simulated-cells.js';
import type { TransmitterOutput } from '../transmitter/transmitter-state.js';

const timeoutMs = scaledTimeoutMs(120_000);

describe('a faulty one among several transmitters is caught', () => {
  const caught = (plan: Plan, check: (world: SimulatedCells) => void) =>
    expect(
      simulate({ name: 'canary', runs: 100, run: (run) => check(play(run, plan)) }, { seed: undefined, factor: 1 }),
    ).rejects.toThrow('simulation "canary" failed with seed');

  const twiceIfPublished = (one: TransmitterOutput): TransmitterOutput[] =>
    one.type === 'publish' ? [one, one] : [one];

  /** Leaves out of what it tells others the commands, or the entries, that `spoils` picks. */
  const without = (spoils: (command: string) => boolean) => (outputs: TransmitterOutput[]) =>
    outputs.filter((output) => output.type !== 'peer' || !spoils(decodeFrame(output.frame).command));

  test(
    'when it confirms before anybody has a copy',
    () =>
      caught(
        {
          harm: killTransmitters,
          // Copies are long on their way, so that many an event is confirmed and known to nobody else.
          peerFaults: { ...lossy, delayMs: [100, 300] },
          events: 200,
          confuse: ({ network, options }) => {
            for (const { have } of network.members.values()) have.set(options.id, Infinity);
          },
        },
        checkHandled,
      ),
    timeoutMs,
  );

  test(
    'when it takes over nothing',
    () =>
      caught(
        {
          harm: killTransmitters,
          confuse: ({ network, options }) => {
            for (const owner of network.ownedBy.keys()) if (owner !== options.id) network.ownedBy.delete(owner);
          },
        },
        checkHandled,
      ),
    timeoutMs,
  );

  test(
    'when it never asks for what it missed',
    () => caught({ peerFaults: lossy, spoil: without((command) => command === 'WANT') }, checkHeardAll),
    timeoutMs,
  );

  test(
    'when it publishes again what it had heard before',
    () =>
      caught(
        {
          peerFaults: lossy,
          spoil: (outputs) => outputs.flatMap(twiceIfPublished),
        },
        checkOrder,
      ),
    timeoutMs,
  );

  test(
    'when it does not mind how much its cells can take',
    () =>
      caught(
        {
          confuse: ({ cells }) => {
            for (const cell of cells.values()) Object.assign(cell, { capacity: 100 });
          },
        },
        checkCapacity,
      ),
    timeoutMs,
  );

  test(
    'when it gives what has a key to whoever is free',
    () =>
      caught(
        {
          isKeyed: true,
          events: 80,
          confuse: ({ services }) => {
            for (const { backlogs } of services.values())
              for (const backlog of backlogs.values()) Object.assign(backlog, { cell: undefined });
          },
        },
        (world) => checkKeys(world, true),
      ),
    timeoutMs,
  );

  test(
    'when it does not wait for what has the same key',
    () =>
      caught(
        {
          isKeyed: true,
          events: 80,
          confuse: ({ services }) => {
            for (const { chains } of services.values()) chains.clear();
          },
        },
        (world) => checkKeys(world, true),
      ),
    timeoutMs,
  );

  test(
    'when it forgets one of those who are asked',
    () =>
      caught(
        {
          isAsking: true,
          confuse: ({ askedIndex }) => {
            const [lane] = askedIndex.match('status');
            if (lane && lane.service.tasks.size === 0) askedIndex.delete(lane.pattern, lane);
          },
        },
        checkAskedOnce,
      ),
    timeoutMs,
  );

  test(
    'when it never says that a cell that was asked is gone',
    () =>
      caught(
        {
          isAsking: true,
          harm: killCells,
          confuse: ({ services }) => {
            for (const service of services.values()) if (service.solo) service.emptySinceMs = Infinity;
          },
        },
        checkGathered,
      ),
    timeoutMs,
  );

  test(
    'when it sends its cells away before everybody knows what they said',
    () =>
      caught(
        {
          events: 200,
          busyMs: 11_000,
          peerFaults: lossy,
          harm: replaceTransmitters,
          spoil: (outputs) =>
            outputs.map((output) => {
              if (output.type !== 'send' || decodeFrame(output.frame).command !== 'MOVE') return output;
              return { ...output, frame: Buffer.from('J GBYE {}') };
            }),
        },
        (world) => checkReplaced(world, [...world.states.keys()].sort()),
      ),
    timeoutMs,
  );

  test(
    'when it does not give cells that come back what they missed',
    () =>
      caught(
        {
          harm: breakLines,
          spoil: (outputs) =>
            outputs.flatMap((output): TransmitterOutput[] => {
              if (output.type !== 'resume') return [output];
              return output.patterns.map((pattern) => ({ type: 'hear', peer: output.peer, pattern, re: undefined }));
            }),
        },
        checkHeardAll,
      ),
    timeoutMs,
  );
});
