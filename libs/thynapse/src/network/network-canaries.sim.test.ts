import { decodeFrame, encodeFrame } from '@syncytium/codec';
import { scaledTimeoutMs, simulate } from '@syncytium/testkit';
import { describe, expect, test } from 'vitest';
import {
  breakLines,
  cellsReplaced,
  killCells,
  killTransmitters,
  lossy,
  play,
  replaceCells,
  replaceTransmitters,
  stopMachine,
  type Plan,
} from '../testing/network-play.js';
import {
  checkAskedOnce,
  checkCapacity,
  checkGathered,
  checkHandled,
  checkHeardAll,
  checkKeys,
  checkNothingLeft,
  checkOnce,
  checkOrder,
  checkReplaced,
  checkStayed,
} from '../testing/promises.js';
import type { SimulatedCells } from '../testing/simulated-cells.js';
import type { TransmitterOutput } from '../transmitter/transmitter-output.js';
import { makeReplies, readDones, Replies } from '../wire/answers.js';
import type { OwnTime } from '../wire/own-time.js';
import type { Entry } from './entry.js';
import { networkCommands, readLogs } from './network-frames.js';

const timeoutMs = scaledTimeoutMs(120_000);

describe('a faulty one among several transmitters is caught', () => {
  /** Some seed fails for the reason that the fault is, whatever is asked of the environment. */
  const caught = (plan: Plan, check: (world: SimulatedCells) => void, reason: RegExp) =>
    expect(
      simulate({ name: 'canary', runs: 100, run: (run) => check(play(run, plan)) }, { seed: undefined, factor: 1 }),
    ).rejects.toThrow(reason);

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
        /never handled/,
      ),
    timeoutMs,
  );

  const countsAll = ({ time }: { readonly time: OwnTime }): void => {
    time.run = (clockMs) => clockMs;
  };

  test(
    'when it was stopped, and takes others for silent [T-18]',
    () => caught({ harm: stopMachine, confuse: countsAll }, checkOnce, /was handled/),
    timeoutMs,
  );

  test(
    'when a cell was stopped, and takes its transmitter for silent [T-18]',
    () => caught({ harm: stopMachine, confuseCell: countsAll }, checkStayed, /gave up a line/),
    timeoutMs,
  );

  /** Tells others something else of what it tells in one entry. */
  const telling = (change: (entry: Entry) => Entry) => (outputs: TransmitterOutput[]) =>
    outputs.map((output) => {
      if (output.type !== 'peer') return output;
      const frame = decodeFrame(output.frame);
      if (frame.command !== networkCommands.logs) return output;
      const logs = readLogs(frame);
      return { ...output, frame: encodeFrame('M', frame.command, { ...logs, entries: logs.entries.map(change) }) };
    });

  test(
    'when it tells of the first of several requests only who has it [T-85]',
    () =>
      caught(
        {
          burst: 12,
          spoil: telling((entry) => {
            if (entry.type !== 'requests') return entry;
            const tasks = entry.tasks.map(({ chosen: [first = 0, ...others], ...task }) => ({
              ...task,
              chosen: [first, ...others.map(() => 0)],
            }));
            return { ...entry, tasks };
          }),
        },
        checkHandled,
        /never handled/,
      ),
    timeoutMs,
  );

  test(
    'when it tells of several answers that there is one [T-86]',
    () =>
      caught(
        {
          burst: 12,
          spoil: telling((entry) => {
            if (entry.type !== 'answers') return entry;
            const { service, from, ids } = new Replies(decodeFrame(entry.bytes));
            const packed = readDones(decodeFrame(entry.bytes));
            const bytes = makeReplies({ service, from }, [{ re: ids[0] ?? '', packed, index: 0 }]);
            return { ...entry, bytes, count: 1 };
          }),
        },
        checkHandled,
        /ended 0 times/,
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
        /tasks are still open/,
      ),
    timeoutMs,
  );

  test(
    'when it never asks for what it missed',
    () =>
      caught(
        { peerFaults: lossy, spoil: without((command) => command === 'WANT') },
        checkHeardAll,
        /heard \d+ of \d+ (events|answers)/,
      ),
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
        /after a later one, or twice/,
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
        /had more than \d+ tasks/,
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
        /went to \w+, then to/,
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
        /was in hand of/,
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
            const [lane] = [...askedIndex.of('status').values()].flat();
            if (lane && lane.service.tasks.size === 0) askedIndex.delete(lane);
          },
        },
        checkAskedOnce,
        /was asked of/,
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
        /ended 0 times/,
      ),
    timeoutMs,
  );

  test(
    'when it sends its cells away before everybody knows what they said',
    () =>
      caught(
        {
          events: 500,
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
        /was given .* again/,
      ),
    timeoutMs,
  );

  test(
    'when it leaves without a word of the tasks that wait and the copies that it has to see to',
    () =>
      caught(
        {
          failure: 0.5,
          harm: replaceTransmitters,
          confuse: ({ network, options }, { type }) => {
            if (type === 'drain') network.ownedBy.delete(options.id);
          },
        },
        checkNothingLeft,
        /belonged to a transmitter that left/,
      ),
    timeoutMs,
  );

  test(
    'when a cell leaves that forgets what it has in hand',
    () =>
      caught(
        {
          events: 200,
          busyMs: 11_000,
          transmitters: 3,
          harm: replaceCells,
          confuseCell: ({ draining, working }) => {
            if (draining) for (const id of working.keys()) working.delete(id);
          },
        },
        (world) => checkReplaced(world, cellsReplaced(world)),
        /was given .* again/,
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
        /heard \d+ of \d+ (events|answers)/,
      ),
    timeoutMs,
  );
});
