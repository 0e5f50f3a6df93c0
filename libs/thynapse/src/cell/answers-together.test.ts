import { expect, test } from 'vitest';
import { thid } from '../testing/transmitter-driver.js';
import { AnswersTogether } from './answers-together.js';

test('answers are found by what they answer, before and after they are packed', () => {
  const answers = new AnswersTogether();
  const items = ['a', 'b', 'c'].map((name) => ({ id: thid(name), text: name === 'b' ? '' : `"${name} ä"` }));
  for (const item of items) answers.add(item);
  expect(items.map(({ id }) => answers.find(id))).toEqual(items);
  expect(answers.waiting).toHaveLength(3);
  expect(answers.pack()).toHaveLength(1);
  expect(answers.waiting).toHaveLength(0);
  expect(items.map(({ id }) => answers.find(id))).toEqual(items);
  expect(answers.find(thid('d'))).toBeUndefined();
});
