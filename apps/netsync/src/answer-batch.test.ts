import { describe, expect, it } from 'vitest';
import { AnswerBatch } from './answer-batch.js';

/** Resolves when what was put off to the end of the turn has happened. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

function setUp() {
  const sent: string[] = [];
  return { sent, batch: new AnswerBatch((text) => sent.push(text)) };
}

describe('answers', () => {
  it('are messages of their own before the client has sent an array', () => {
    const { sent, batch } = setUp();
    batch.send('1');
    batch.sendNow('2');
    expect(sent).toEqual(['1', '2']);
  });

  it('of one turn are one array afterwards', async () => {
    const { sent, batch } = setUp();
    batch.startBatching();
    batch.send('1');
    batch.send('2');
    expect(sent).toEqual([]);
    await turn();
    batch.send('3');
    await turn();
    expect(sent).toEqual(['[1,2]', '[3]']);
  });

  it('are sent at once with one that cannot wait', async () => {
    const { sent, batch } = setUp();
    batch.startBatching();
    batch.send('1');
    batch.sendNow('2');
    batch.send('3');
    expect(sent).toEqual(['[1,2]']);
    await turn();
    expect(sent).toEqual(['[1,2]', '[3]']);
  });

  it('are sent when they are long enough', () => {
    const { sent, batch } = setUp();
    batch.startBatching();
    const text = `"${'x'.repeat(40_000)}"`;
    batch.send(text);
    batch.send(text);
    expect(sent).toEqual([`[${text},${text}]`]);
  });
});
