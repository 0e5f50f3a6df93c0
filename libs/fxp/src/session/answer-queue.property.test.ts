import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AnswerQueue, type Ticket } from './answer-queue.js';

test('a call is never given an answer that is not its own', () => {
  const step = fc.oneof(
    fc.constant('call' as const),
    fc.constant('answer' as const),
    fc.record({ giveUp: fc.nat(20) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queue = new AnswerQueue();
      const tickets: Ticket[] = [];
      let answers = 0;
      for (const step of steps) {
        if (step === 'call') tickets.push(queue.expectAnswer());
        // A provider that answers one input with one output, in their order.
        else if (step === 'answer') {
          if (answers < tickets.length) queue.onAnswer(Buffer.from(`${answers++}`));
        } else {
          const ticket = tickets[step.giveUp];
          if (ticket?.state === 'waiting') queue.giveUp(ticket);
        }
      }
      for (const [i, ticket] of tickets.entries()) {
        if (ticket.answer) expect(Buffer.from(ticket.answer).toString()).toBe(`${i}`);
        expect(ticket.state === 'answered').toBe(ticket.answer !== undefined);
        if (ticket.state === 'waiting') expect(i).toBeGreaterThanOrEqual(answers);
      }
    }),
    propertyRuns(500),
  );
});
