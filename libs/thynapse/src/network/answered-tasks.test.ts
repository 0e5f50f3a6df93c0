import { expect, test } from 'vitest';
import { thid } from '../testing/transmitter-driver.js';
import { AnsweredTasks } from './answered-tasks.js';

test('a task counts as answered once, whatever else its event has', () => {
  const answered = new AnsweredTasks(10);
  const told = ['mail', 'audit', 'mail', 'audit', 'web'].map((service) => answered.add(thid('a'), service));
  expect(told).toEqual([true, true, false, false, true]);
  expect(answered.add(thid('b'), 'mail')).toBe(true);
});

test('the tasks of as many events as there is room for are remembered', () => {
  const answered = new AnsweredTasks(3);
  for (const one of ['a', 'b', 'c', 'd']) answered.add(thid(one), 'mail');
  expect(['d', 'c', 'b'].map((one) => answered.add(thid(one), 'mail'))).toEqual([false, false, false]);
  expect(answered.add(thid('a'), 'mail')).toBe(true);
});
