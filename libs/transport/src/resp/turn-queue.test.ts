import { expect, test } from 'vitest';
import { TurnQueue, type TurnLine } from './turn-queue.js';

/** A queue, what it did, and the turn of the event loop that it waits for the end of. */
function setUp() {
  const done: string[] = [];
  const turn: (() => void)[] = [];
  const queue = new TurnQueue((fire) => turn.push(fire));
  const line = (name: string, onResume = (): void => undefined): TurnLine => ({
    resume() {
      done.push(`${name} goes on`);
      onResume();
    },
    flush: () => void done.push(`${name} is sent`),
  });
  const endTurn = (): void => turn.splice(0).forEach((fire) => fire());
  return { queue, done, turn, line, endTurn };
}

test('what a packet causes is sent when all of the packet is executed, in the order it was caused', () => {
  const { queue, done, turn, line } = setUp();
  queue.receive('packet', () => {
    queue.addWritten(line('who waited'));
    queue.addWritten(line('who pushed'));
    expect(done).toEqual([]);
  });
  expect(done).toEqual(['who waited is sent', 'who pushed is sent']);
  expect(turn).toEqual([]);
});

test('who was served goes on, and whom that serves, before anybody is sent anything', () => {
  const { queue, done, line } = setUp();
  const second = line('second');
  const first = line('first', () => {
    queue.addWritten(second);
    queue.addServed(second);
  });
  queue.receive('packet', () => {
    queue.addWritten(first);
    queue.addServed(first);
  });
  expect(done).toEqual(['first goes on', 'second goes on', 'first is sent', 'second is sent']);
});

test('what is caused without a packet is done together at the end of the turn', () => {
  const { queue, done, turn, line, endTurn } = setUp();
  queue.addWritten(line('one'));
  queue.addWritten(line('another'));
  queue.addServed(line('one'));
  expect(turn).toHaveLength(1);
  expect(done).toEqual([]);
  endTurn();
  expect(done).toEqual(['one goes on', 'one is sent', 'another is sent']);
});

test('a packet takes along what waits for the end of the turn, which then finds nothing', () => {
  const { queue, done, line, endTurn } = setUp();
  queue.addWritten(line('timed out'));
  queue.receive('packet', () => queue.addWritten(line('replied')));
  expect(done).toEqual(['timed out is sent', 'replied is sent']);
  endTurn();
  expect(done).toHaveLength(2);
  queue.addWritten(line('later'));
  endTurn();
  expect(done.at(-1)).toBe('later is sent');
});

test('a packet that cannot be executed does not keep back what others are to be sent', () => {
  const { queue, done, line } = setUp();
  const fail = (): void => {
    queue.addWritten(line('who waited'));
    throw new Error('a bug');
  };
  expect(() => queue.receive('packet', fail)).toThrow('a bug');
  expect(done).toEqual(['who waited is sent']);
});
