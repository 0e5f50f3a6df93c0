import { expectReplay, scaledTimeoutMs, simulate, type SimulationRun } from '@syncytium/testkit';
import { describe, expect, test } from 'vitest';
import { Exercises, type Exercise } from '../testing/exercise.js';
import {
  breakLines,
  cellsReplaced,
  killCells,
  killTransmitters,
  lossy,
  partTransmitters,
  play,
  replaceCells,
  replaceTransmitters,
  replaceTransmittersQuickly,
  replaceTransmittersRashly,
  stopMachine,
  stopNodes,
  type Plan,
} from '../testing/network-play.js';
import {
  assertThat,
  checkAskedOnce,
  checkBuried,
  checkCapacity,
  checkGathered,
  checkHandled,
  checkHeardAll,
  checkHeardOrTold,
  checkKeys,
  checkLeft,
  checkNothingLeft,
  checkOnce,
  checkOrder,
  checkReplaced,
  checkStayed,
  checkToldOnce,
} from '../testing/promises.js';
import type { SimulatedCells } from '../testing/simulated-cells.js';

const regressions = new URL('../../regressions/', import.meta.url);
const runs = 30;
const timeoutMs = scaledTimeoutMs(120_000);

/** Scenarios that take longer, or differ little from others, are played less often. */
const [longShare, likeOthersShare] = [0.4, 0.5];

/** `exercised`: what the seeds of one run must come to at least so often, for what is checked to prove anything. */
function scenario(
  name: string,
  plan: Plan,
  check: (world: SimulatedCells) => void,
  exercised: Partial<Record<Exercise, number>> = {},
  share = plan.busyMs === undefined ? 1 : longShare,
): void {
  test(
    name,
    async () => {
      const exercises = new Exercises();
      const run = (one: SimulationRun): void => {
        const world = play(one, plan);
        exercises.addAll(world.seen.exercises);
        check(world);
      };
      const report = await simulate({ name, runs: runs * share, regressions, run });
      expect(report.events).toBeGreaterThan(report.seeds.length * 500);
      if (report.seeds.length < runs * share) return;
      for (const [what, times] of Object.entries(exercised) as [Exercise, number][])
        expect(exercises.of(what), what).toBeGreaterThanOrEqual(times);
    },
    timeoutMs,
  );
}

/** Only those next to each other may listen to each other; in a ring, the last and the first as well. */
function listens(ring: boolean, transmitters: number) {
  const numberOf = (name: string): number => Number(name.slice(1));
  return (listener: string, to: string): boolean => {
    const apart = Math.abs(numberOf(listener) - numberOf(to));
    return apart === 1 || (ring && apart === transmitters - 1);
  };
}

function checkAll(world: SimulatedCells): void {
  checkOnce(world);
  checkHandled(world);
  checkOrder(world);
  checkHeardAll(world);
  checkCapacity(world);
}

/** One that leaves while the others know nothing yet refuses what comes, and something may be done again. */
function checkReplacedRashly(world: SimulatedCells): void {
  checkHandled(world);
  checkCapacity(world);
  checkLeft(world, [...world.states.keys()].sort());
  checkNothingLeft(world);
  checkHeardOrTold(world);
}

describe('several transmitters keep their promises', () => {
  scenario('several, while nothing fails', {}, checkAll, { 'cell full': 400 });

  scenario('several in a list', { transmitters: 4, mayListen: listens(false, 4) }, checkAll, {}, likeOthersShare);

  scenario('several in a ring', { transmitters: 5, mayListen: listens(true, 5) }, checkAll, {}, likeOthersShare);

  scenario('several, while their links lose, double and reorder', { peerFaults: lossy }, (world) => {
    checkHandled(world);
    checkOrder(world);
    checkHeardAll(world);
    checkCapacity(world);
  });

  scenario(
    'several, while cells die and lines break',
    { peerFaults: lossy, harm: killCells },
    (world) => {
      checkHandled(world);
      checkOrder(world);
    },
    { redelivered: 20, 'answer repeated': 1, 'sent again': 5, 'listener back': 40 },
  );

  scenario(
    'several, while transmitters die',
    { peerFaults: lossy, harm: killTransmitters },
    (world) => {
      checkHandled(world);
      checkHeardOrTold(world);
    },
    { redelivered: 15, moved: 45, 'sent again': 65, 'taken over': 2, 'loss told': 25 },
  );

  scenario(
    'several, while lines break',
    { peerFaults: lossy, harm: breakLines },
    (world) => {
      checkHandled(world);
      checkOrder(world);
      checkHeardAll(world);
    },
    { 'answer repeated': 12, 'sent again': 30, 'listener back': 250 },
  );

  scenario(
    'several, while some cells read slowly and lines break',
    { peerFaults: lossy, harm: breakLines, isReadingSlowly: true, listenerBytesMax: 500 },
    (world) => {
      checkHandled(world);
      checkOrder(world);
      checkToldOnce(world);
    },
    { 'loss told': 1500 },
  );

  scenario(
    'several, while the machine stops and goes on [T-18]',
    { harm: stopMachine },
    (world) => {
      checkAll(world);
      checkStayed(world);
    },
    { 'stopped at work': 10 },
    likeOthersShare,
  );

  scenario(
    'several, while transmitters and cells stop and go on [T-18]',
    { peerFaults: lossy, harm: stopNodes },
    (world) => {
      checkHandled(world);
      checkHeardOrTold(world);
    },
    { 'stopped at work': 1, redelivered: 3, moved: 10 },
    likeOthersShare,
  );

  scenario(
    'several, while the network parts',
    { peerFaults: lossy, harm: partTransmitters },
    (world) => {
      checkHandled(world);
      checkOrder(world);
    },
    { redelivered: 15, 'taken over': 6, 'parted at work': 7 },
  );

  scenario(
    'several, while the network parts for longer than they remember',
    { peerFaults: lossy, harm: partTransmitters, limits: { entriesKept: 3 } },
    (world) => {
      checkHandled(world);
      checkOrder(world);
    },
    { 'taken over': 5, 'parted at work': 7 },
  );

  scenario(
    'several, while attempts fail for good',
    { failure: 0.5, limits: { attempts: 3 } },
    (world) => {
      checkBuried(world, 3);
      checkOrder(world);
      checkCapacity(world);
    },
    { 'dead letter': 300, redelivered: 500 },
  );

  scenario(
    'several, with little room',
    { events: 120, limits: { tasksMax: 6 } },
    (world) => {
      checkHandled(world);
      checkCapacity(world);
      const refused = [...world.seen.events.values()].filter(({ refusals }) => refusals > 0);
      for (const { id, handled } of refused) assertThat(handled.size === 0, `${id} was refused, and handled`);
    },
    { refused: 100, 'cell full': 1000 },
  );

  scenario(
    'several, with requests in bursts',
    { burst: 12 },
    checkAll,
    { 'cell full': 2000, 'told together': 1000 },
    likeOthersShare,
  );

  scenario(
    'several, with requests in bursts, while cells die and lines break',
    { burst: 12, peerFaults: lossy, harm: killCells },
    (world) => {
      checkHandled(world);
      checkOrder(world);
    },
    { 'told together': 600, 'partly known': 1, 'sent again': 25, redelivered: 40 },
    longShare,
  );

  scenario(
    'several, with requests in bursts, while lines break',
    { burst: 12, peerFaults: lossy, harm: breakLines },
    (world) => {
      checkHandled(world);
      checkOrder(world);
      checkHeardAll(world);
    },
    { 'told together': 600, 'partly known': 1, 'sent again': 200, 'listener back': 100 },
    longShare,
  );

  scenario(
    'several, with requests in bursts, while transmitters die',
    { burst: 12, peerFaults: lossy, harm: killTransmitters },
    (world) => {
      checkHandled(world);
      checkHeardOrTold(world);
    },
    { 'told together': 500, 'taken over': 50, 'sent again': 150, moved: 10 },
    longShare,
  );

  scenario(
    'several, with requests in bursts, while the network parts',
    { burst: 12, peerFaults: lossy, harm: partTransmitters },
    (world) => {
      checkHandled(world);
      checkOrder(world);
    },
    { 'told together': 600, 'partly known': 10, 'taken over': 30 },
    longShare,
  );

  scenario('several, with keys, while nothing fails', { isKeyed: true, events: 80 }, (world) => {
    checkAll(world);
    checkKeys(world, true);
  });

  scenario(
    'several, with keys, while cells die and lines break',
    { isKeyed: true, events: 80, peerFaults: lossy, harm: killCells },
    (world) => {
      checkHandled(world);
      checkKeys(world, false);
    },
  );

  scenario('several, while every cell is asked', { isAsking: true }, (world) => {
    checkAll(world);
    checkAskedOnce(world);
    checkGathered(world);
  });

  scenario(
    'several, while every cell is asked, cells die and lines break',
    { isAsking: true, peerFaults: lossy, harm: killCells },
    (world) => {
      checkHandled(world);
      checkGathered(world);
    },
  );

  scenario(
    'several, while every cell is asked and transmitters die',
    { isAsking: true, peerFaults: lossy, harm: killTransmitters },
    (world) => {
      checkHandled(world);
      checkGathered(world);
    },
  );

  scenario(
    'several, while all transmitters are replaced, each as soon as the one before is ready',
    { transmitters: 3, events: 500, harm: replaceTransmittersQuickly },
    (world) => {
      checkHandled(world);
      checkCapacity(world);
      checkReplaced(world, [...world.states.keys()].sort());
      checkNothingLeft(world);
      checkOrder(world);
      checkHeardOrTold(world);
    },
    {},
    likeOthersShare,
  );

  scenario(
    'several, while all transmitters are replaced, each before the one before is ready',
    { events: 70, busyMs: 11_000, harm: replaceTransmittersRashly },
    checkReplacedRashly,
  );

  scenario(
    'several, while all transmitters are replaced under load, each before the one before is ready',
    { transmitters: 3, events: 500, harm: replaceTransmittersRashly },
    checkReplacedRashly,
    {},
    likeOthersShare,
  );

  scenario(
    'several, while all transmitters are replaced',
    { events: 70, busyMs: 11_000, isAsking: true, harm: replaceTransmitters },
    (world) => {
      checkHandled(world);
      checkOnce(world);
      checkGathered(world);
      checkCapacity(world);
      checkReplaced(world, [...world.states.keys()].sort());
      checkNothingLeft(world);
      checkOrder(world);
      checkHeardAll(world);
    },
  );

  scenario(
    'several, while all transmitters are replaced and links lose, double and reorder',
    { events: 70, busyMs: 11_000, peerFaults: lossy, harm: replaceTransmitters },
    (world) => {
      checkHandled(world);
      checkReplaced(world, [...world.states.keys()].sort());
      checkNothingLeft(world);
      checkOrder(world);
      checkHeardAll(world);
    },
  );

  scenario(
    'several, while all transmitters are replaced and attempts fail',
    { busyMs: 11_000, peerFaults: lossy, failure: 0.3, harm: replaceTransmitters },
    (world) => {
      checkHandled(world);
      checkNothingLeft(world);
      checkOrder(world);
      checkHeardAll(world);
    },
  );

  scenario(
    'several, while cells are replaced',
    { events: 70, busyMs: 11_000, transmitters: 3, harm: replaceCells },
    (world) => {
      checkHandled(world);
      checkReplaced(world, cellsReplaced(world));
    },
  );

  test('a seed gives the same run every time', () =>
    expectReplay((run) => void play(run, { peerFaults: lossy, harm: killTransmitters })));
});
