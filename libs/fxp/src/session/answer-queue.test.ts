import { describe, expect, test } from 'vitest';
import { AnswerQueue } from './answer-queue.js';

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('the answers of a plain session', () => {
  test('are given to calls in the order of the calls', () => {
    const queue = new AnswerQueue();
    const tickets = [queue.expectAnswer(), queue.expectAnswer(), queue.expectAnswer()];
    queue.giveUp(tickets[1]!);
    for (const answer of ['1', '2', '3', 'of nothing']) queue.onAnswer(bytes(answer));
    expect(tickets.map(({ state }) => state)).toEqual(['answered', 'givenUp', 'answered']);
    expect(tickets.map(({ answer }) => answer && Buffer.from(answer).toString())).toEqual(['1', undefined, '3']);
  });

  test('that come late are counted when they were popped on their own', () => {
    const queue = new AnswerQueue();
    queue.giveUp(queue.expectAnswer());
    const next = queue.expectAnswer();
    queue.onPopped();
    queue.onAnswer(bytes('2'));
    expect(next.state).toBe('answered');
  });

  test('are not expected for a call that was never made', () => {
    const queue = new AnswerQueue();
    queue.withdraw(queue.expectAnswer());
    const next = queue.expectAnswer();
    queue.onAnswer(bytes('1'));
    expect(next.state).toBe('answered');
  });

  test('are limited while they are missing', () => {
    const queue = new AnswerQueue();
    for (let i = 0; i < 10_000; i++) queue.expectAnswer();
    expect(() => queue.expectAnswer()).toThrow('limited to 10000');
  });
});
