import { SimulatedClock } from '@syncytium/testkit';
import { beforeEach, expect, test } from 'vitest';
import { TurnLoop } from './turn-loop.js';

const stepMs = 2;
let clock: SimulatedClock;
let deferred: (() => void)[];
let todo: number;
let dueInMs: number;
let isRunning: boolean;
let slept: number;
let turns: number;

beforeEach(() => {
  clock = new SimulatedClock();
  deferred = [];
  todo = 0;
  dueInMs = Infinity;
  isRunning = true;
  slept = turns = 0;
});

function startLoop(pollWindowMs = 0): TurnLoop {
  return new TurnLoop({
    clock,
    defer: (run) => void deferred.push(run),
    turnMsMax: 5,
    pollWindowMs,
    takeStep: () => {
      if (todo > 0) todo--;
      clock.advance(stepMs);
    },
    canGoOn: () => todo > 0,
    isRunning: () => isRunning,
    dueInMs: () => dueInMs,
    onTurnEnd: () => turns++,
    onSleep: () => slept++,
  });
}

const takeTurn = (): void => deferred.shift()?.();

test('others are let go on after a turn of the longest time, and then the rest is done', () => {
  const loop = startLoop();
  todo = 5;
  loop.wake();
  loop.wake();
  expect(deferred).toHaveLength(1);
  takeTurn();
  expect([todo, turns, slept]).toEqual([2, 1, 0]);
  takeTurn();
  expect([todo, turns, slept]).toEqual([0, 2, 1]);
  expect(deferred).toEqual([]);
});

test('it looks for more while the window is open, unless it comes to its end', () => {
  const loop = startLoop(10);
  loop.lookOn(clock.now());
  takeTurn();
  expect([deferred.length, slept]).toEqual([1, 0]);
  clock.advance(10);
  takeTurn();
  expect([deferred.length, slept]).toEqual([0, 1]);
  loop.lookOn(clock.now());
  isRunning = false;
  takeTurn();
  expect([deferred.length, slept]).toEqual([0, 2]);
});

test('what is due wakes it, at most once a second, and not when it is closed', () => {
  const loop = startLoop();
  dueInMs = 1;
  loop.wake();
  takeTurn();
  clock.advance(999);
  expect(deferred).toEqual([]);
  clock.advance(1);
  expect(deferred).toHaveLength(1);
  takeTurn();
  loop.close();
  clock.advance(60_000);
  expect(deferred).toEqual([]);
});
