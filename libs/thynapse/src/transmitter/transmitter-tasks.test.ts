import { thidOf } from '@syncytium/codec';
import { describe, expect, test } from 'vitest';
import { thid, TransmitterDriver, type Said } from '../testing/transmitter-driver.js';

const tasksOf = (said: readonly Said[]) => said.filter(({ command }) => command === 'TASK').map(({ to }) => to);

describe('an anycatch event', () => {
  test('goes to exactly one cell of every service that catches it', () => {
    const t = new TransmitterDriver();
    t.join('a', 'mail', ['user::*']);
    t.join('b', 'mail', ['user::*', 'user::new']);
    t.join('c', 'audit', ['*']);
    t.join('d', 'other', ['nothing']);
    const { id, said } = t.event('d', 'user::new', { data: 1 });
    expect(tasksOf(said)).toHaveLength(2);
    expect(tasksOf(said)).toContain('c');
    expect(said.filter(({ to }) => to === 'c')[0]?.payload).toMatchObject({
      id,
      channel: 'user::new',
      data: 1,
      attempt: 1,
    });
  });

  test('goes to the free cell that waited longest, and to no cell more than it takes', () => {
    const t = new TransmitterDriver();
    t.join('a', 'mail', ['x'], { capacity: 2 });
    t.join('b', 'mail', ['x']);
    const given = Array.from({ length: 5 }, () => tasksOf(t.event('a', 'x').said)).flat();
    expect(given).toEqual(['a', 'b', 'a']);
    expect(t.openTasks.size).toBe(5);
  });

  test('waits while nobody is free, and goes to the first who is, the oldest first', () => {
    const t = new TransmitterDriver();
    t.join('a', 'mail', ['x']);
    const ids = Array.from({ length: 3 }, () => t.event('a', 'x').id);
    const next = t.say('a', 'DONE', { re: ids[0] }).find(({ command }) => command === 'TASK');
    expect(next?.payload['id']).toBe(ids[1]);
    const last = t.join('b', 'mail', ['x']).find(({ command }) => command === 'TASK');
    expect(last).toMatchObject({ to: 'b', payload: { id: ids[2] } });
  });

  test('reaches a cell that catches it under another pattern when its first cell is gone', () => {
    const t = new TransmitterDriver();
    t.join('a', 'mail', ['x::y']);
    const { id } = t.event('a', 'x::y');
    t.step({ type: 'gone', peer: 'a' });
    expect(tasksOf(t.join('b', 'mail', ['z::*']))).toEqual([]);
    const said = t.say('b', 'CTCH', { pattern: 'x::*' });
    expect(said).toMatchObject([{ to: 'b', command: 'TASK', payload: { id, attempt: 2 } }]);
  });

  test('is no task of a service without a living cell', () => {
    const t = new TransmitterDriver();
    t.join('a', 'mail', ['x']);
    t.join('b', 'other');
    t.say('a', 'GBYE', {});
    expect(t.event('b', 'x', { confirm: true }).said).toMatchObject([{ command: 'OKAY', payload: { services: [] } }]);
    expect(t.state.services.has('mail')).toBe(false);
  });

  test('is answered once, by an event and to who asked for it', () => {
    const t = new TransmitterDriver();
    t.join('a', 'web');
    t.join('b', 'mail', ['x']);
    const { id } = t.event('a', 'x', { answer: true });
    const said = t.say('b', 'DONE', { re: id, data: { ok: 1 } });
    const answer = t.published.at(-1)!;
    expect(answer.channel).toBe('mail::x::success');
    expect(answer.payload).toMatchObject({ re: id, data: { ok: 1 }, from: thid('b'), service: 'mail' });
    expect(said).toEqual([{ to: 'a', command: 'EVNT', payload: answer.payload }]);
    expect(t.say('b', 'DONE', { re: id, data: 'again' })).toEqual([]);
    expect(t.outcomes).toEqual(['done']);
    expect(t.state.open.size).toBe(0);
  });

  test('is answered again to who asks again with the same id', () => {
    const t = new TransmitterDriver();
    t.join('a', 'web');
    t.join('b', 'mail', ['x']);
    const event = { channel: 'x', id: thid('e'), answer: true };
    t.say('a', 'EVNT', event);
    const [answer] = t.say('b', 'DONE', { re: thid('e') });
    expect(t.say('a', 'EVNT', event)).toEqual([answer]);
  });

  test('that nobody takes is confirmed so, however often it is asked', () => {
    const t = new TransmitterDriver();
    t.join('a', 'web');
    const event = { channel: 'x', id: thid('e'), answer: true, confirm: true };
    for (let i = 0; i < 2; i++)
      expect(t.say('a', 'EVNT', event)).toEqual([
        { to: 'a', command: 'OKAY', payload: { re: thid('e'), services: [] } },
      ]);
  });

  test('has an id for its answer that is the SHA-1 of its contents', () => {
    const t = new TransmitterDriver();
    t.join('b', 'mail', ['x']);
    const { id } = t.event('b', 'x');
    t.say('b', 'DONE', { re: id });
    const { id: answerId, ...contents } = t.published.at(-1)!.payload;
    expect(answerId).toBe(thidOf(Buffer.from(JSON.stringify(contents))));
  });

  test('whose answer JSON does not carry has failed, and its cell is free again', () => {
    const t = new TransmitterDriver();
    t.join('b', 'mail', [], { capacity: 1 });
    t.say('b', 'CTCH', { pattern: 'x' });
    const { id } = t.event('b', 'x');
    t.say('b', 'DONE', { re: id, data: new Uint8Array([1]) }, 'M');
    expect(t.published.map(({ channel }) => channel)).toEqual(['x', 'mail::x::failure', 'thynapse::dead::mail']);
    expect(tasksOf(t.event('b', 'x').said)).toEqual(['b']);
  });

  test('is not followed by its answer as a task of the same service', () => {
    const t = new TransmitterDriver();
    t.join('a', 'mail', ['*', 'mail::*'], { capacity: 10 });
    const { id } = t.event('a', 'mail::send');
    expect(t.say('a', 'DONE', { re: id })).toEqual([]);
    expect(t.published.map(({ channel }) => channel)).toEqual(['mail::send', 'mail::mail::send::success']);
  });

  test('does not let two services answer each other for ever', () => {
    const t = new TransmitterDriver();
    t.join('a', 'one', ['*'], { capacity: 10 });
    t.join('b', 'other', ['one::*'], { capacity: 10 });
    const { id } = t.event('a', 'x');
    const [task] = t.say('a', 'DONE', { re: id });
    expect(task).toMatchObject({ to: 'b', command: 'TASK', payload: { channel: 'one::x::success' } });
    expect(t.say('b', 'DONE', { re: task?.payload['id'] })).toEqual([]);
    expect(t.published.map(({ channel }) => channel)).toEqual(['x', 'one::x::success']);
  });

  test('of more than the limit is refused, and accepted again when there is room', () => {
    const t = new TransmitterDriver({ tasksMax: 2 });
    t.join('a', 'mail', ['x']);
    const { id } = t.event('a', 'x');
    t.event('a', 'x');
    expect(t.say('a', 'EVNT', { channel: 'x', id: thid('e') })).toMatchObject([
      { command: 'ERRR', payload: { code: 'busy', re: thid('e') } },
    ]);
    expect(t.published).toHaveLength(2);
    t.say('a', 'DONE', { re: id });
    t.say('a', 'EVNT', { channel: 'x', id: thid('e') });
    expect(t.published.at(-1)?.payload['id']).toBe(thid('e'));
  });

  test('is refused while events cannot be published', () => {
    const t = new TransmitterDriver();
    t.join('a', 'mail');
    t.step({ type: 'congested', congested: true });
    expect(t.event('a', 'x').said).toMatchObject([{ command: 'ERRR', payload: { code: 'busy' } }]);
    t.step({ type: 'congested', congested: false });
    expect(t.event('a', 'x').said).toEqual([]);
  });
});

describe('an event that fails', () => {
  test('is given again after a rest, and to another cell if there is one', () => {
    const t = new TransmitterDriver({ attempts: 3, retryDelayMs: 100 });
    t.join('a', 'mail', ['x']);
    t.join('b', 'mail', ['x']);
    const { id } = t.event('a', 'x');
    expect(t.say('a', 'FAIL', { re: id, message: 'no' })).toEqual([]);
    expect(t.wait(50)).toEqual([]);
    expect(t.wait(50)).toMatchObject([{ to: 'b', command: 'TASK', payload: { id, attempt: 2 } }]);
    t.say('b', 'FAIL', { re: id });
    expect(t.wait(150)).toEqual([]);
    expect(t.wait(50)).toMatchObject([{ to: 'a', payload: { attempt: 3 } }]);
    t.say('a', 'DONE', { re: id });
    expect(t.outcomes).toEqual(['done']);
  });

  test('too often is told to who asked, to everybody, and is a dead letter', () => {
    const t = new TransmitterDriver({ attempts: 2, retryDelayMs: 100 });
    t.join('a', 'web');
    t.join('b', 'mail', ['x']);
    const { id } = t.event('a', 'x', { answer: true, data: 'd' });
    t.say('b', 'FAIL', { re: id, message: 'first' });
    t.wait(100);
    const said = t.say('b', 'FAIL', { re: id, message: 'second' });
    expect(said).toMatchObject([{ to: 'a', command: 'EVNT', payload: { channel: 'mail::x::failure', re: id } }]);
    expect(t.published.slice(1)).toMatchObject([
      { channel: 'mail::x::failure', payload: { message: 'second', re: id } },
      {
        channel: 'thynapse::dead::mail',
        payload: { re: id, data: { service: 'mail', attempts: 2, reason: 'second', event: { id, data: 'd' } } },
      },
    ]);
    expect(t.outcomes).toEqual(['failed']);
    expect(t.state.taskCount).toBe(0);
  });

  test('for good is not tried again', () => {
    const t = new TransmitterDriver();
    t.join('b', 'mail', ['x']);
    const { id } = t.event('b', 'x');
    t.say('b', 'FAIL', { re: id, message: 'never', final: true });
    expect(t.published.at(-1)?.payload).toMatchObject({ data: { attempts: 1, reason: 'never' } });
  });

  test('as a dead letter does not make another one', () => {
    const t = new TransmitterDriver();
    t.join('b', 'mail', ['x']);
    t.join('u', 'undertaker', ['thynapse::dead::*']);
    const { id } = t.event('b', 'x');
    const [letter] = t.say('b', 'FAIL', { re: id, final: true }).filter(({ to }) => to === 'u');
    expect(letter).toMatchObject({ command: 'TASK', payload: { channel: 'thynapse::dead::mail' } });
    const before = t.published.length;
    t.say('u', 'FAIL', { re: letter?.payload['id'], final: true });
    expect(t.published).toHaveLength(before);
    expect(t.openTasks.size).toBe(0);
  });
});

describe('a cell that is lost', () => {
  test('gives its tasks to others at once, ahead of newer ones', () => {
    const t = new TransmitterDriver();
    t.join('a', 'mail', ['x']);
    t.join('b', 'mail', ['x']);
    const [first, second, third] = [t.event('a', 'x').id, t.event('a', 'x').id, t.event('a', 'x').id];
    expect(t.step({ type: 'gone', peer: 'a' })).toEqual([]);
    expect(t.say('b', 'DONE', { re: second })).toMatchObject([{ to: 'b', payload: { id: first, attempt: 2 } }]);
    expect(t.say('b', 'DONE', { re: first })).toMatchObject([{ to: 'b', payload: { id: third, attempt: 1 } }]);
    expect(t.state.counts.lost).toBe(1);
  });

  test('may still answer; the first answer counts, and the other cell is free when it is ready', () => {
    const t = new TransmitterDriver();
    t.join('a', 'mail', ['x']);
    t.join('b', 'mail', ['x']);
    const { id } = t.event('b', 'x');
    t.step({ type: 'gone', peer: 'a' });
    t.say('a2', 'HELO', { id: thid('a'), service: 'mail', resume: true });
    t.say('a2', 'FAIL', { re: id });
    expect(t.openTasks.size).toBe(1);
    t.say('a2', 'DONE', { re: id, data: 'from a' });
    expect(t.published.at(-1)?.payload).toMatchObject({ data: 'from a', re: id });
    expect(tasksOf(t.event('b', 'x').said)).toEqual([]);
    expect(tasksOf(t.say('b', 'DONE', { re: id, data: 'from b' }))).toEqual(['b']);
    expect(t.published.filter(({ payload }) => payload['re'] === id)).toHaveLength(1);
  });

  test('is noticed by its silence when it catches something, after it was asked', () => {
    const t = new TransmitterDriver({ heartbeatMs: 1000 });
    t.join('a', 'mail', ['x']);
    t.join('quiet', 'seed only');
    t.event('a', 'x');
    expect(t.wait(1000)).toEqual([{ to: 'a', command: 'PING', payload: {} }]);
    t.say('a', 'PONG', {});
    expect(t.wait(2950).map(({ command }) => command)).toEqual(['PING', 'PING']);
    expect(t.state.cells.has(thid('a'))).toBe(true);
    t.wait(50);
    expect([...t.state.cells.keys()]).toEqual([thid('quiet')]);
  });

  test('and comes back on another line keeps its tasks, which it is sent again', () => {
    const t = new TransmitterDriver();
    t.join('a', 'mail', ['x']);
    const { id } = t.event('a', 'x');
    const said = t.say('a2', 'HELO', { id: thid('a'), service: 'mail', resume: true });
    expect(said.map(({ to, command }) => `${to} ${command}`)).toEqual(['a ERRR', 'a2 TASK', 'a2 WLCM']);
    expect(said[1]?.payload).toMatchObject({ id, attempt: 1 });
    expect(t.step({ type: 'gone', peer: 'a' })).toEqual([]);
    t.say('a2', 'DONE', { re: id });
    expect(t.outcomes).toEqual(['done']);
  });

  test('and starts anew under its id has lost its tasks', () => {
    const t = new TransmitterDriver();
    t.join('a', 'mail', ['x']);
    t.join('b', 'mail', ['x']);
    const { id } = t.event('b', 'x');
    const said = t.say('a2', 'HELO', { id: thid('a'), service: 'mail' });
    expect(tasksOf(said)).toEqual(['b']);
    t.step({ type: 'gone', peer: 'b' });
    expect(t.say('a2', 'CTCH', { pattern: 'x' })).toMatchObject([{ to: 'a2', payload: { id, attempt: 3 } }]);
  });

  test('with every cell that had it in hand makes an event a dead letter', () => {
    const t = new TransmitterDriver({ lossesMax: 3 });
    t.join('a', 'web');
    t.join('b1', 'mail', ['x']);
    t.event('a', 'x');
    for (const [lost, next] of [
      ['b1', 'b2'],
      ['b2', 'b3'],
      ['b3', 'b4'],
    ]) {
      t.step({ type: 'gone', peer: lost! });
      t.join(next!, 'mail', ['x']);
    }
    expect(t.published.map(({ channel }) => channel)).toEqual(['x', 'mail::x::failure', 'thynapse::dead::mail']);
    expect(t.published.at(-1)?.payload['data']).toMatchObject({ attempts: 3, reason: '3 cells were lost with it' });
  });

  test('as the last of its service leaves its tasks to the next one, but not for ever', () => {
    const t = new TransmitterDriver({ orphanMs: 10_000 });
    t.join('a', 'mail', ['x']);
    t.join('w', 'web');
    const kept = t.event('w', 'x').id;
    t.step({ type: 'gone', peer: 'a' });
    t.wait(9900);
    expect(t.join('b', 'mail', ['x']).at(-1)).toMatchObject({ command: 'TASK', payload: { id: kept } });
    t.step({ type: 'gone', peer: 'b' });
    t.wait(10_000);
    expect(t.published.at(-1)).toMatchObject({ channel: 'thynapse::dead::mail' });
    expect(t.state.services.has('mail')).toBe(false);
    expect(t.openTasks.size).toBe(0);
  });
});

describe('a pattern', () => {
  test('that is dropped brings no new tasks; what is in hand is still answered', () => {
    const t = new TransmitterDriver();
    t.join('a', 'mail', ['x', 'y'], { capacity: 5 });
    const { id } = t.event('a', 'x');
    expect(t.say('a', 'DROP', { pattern: 'x', id: 'c1', confirm: true })).toEqual([
      { to: 'a', command: 'OKAY', payload: { re: 'c1' } },
    ]);
    t.say('a', 'DROP', { pattern: 'never caught' });
    expect(tasksOf(t.event('a', 'x').said)).toEqual([]);
    expect(tasksOf(t.event('a', 'y').said)).toEqual(['a']);
    t.say('a', 'DONE', { re: id });
    expect(t.outcomes).toEqual(['done']);
  });

  test('that is caught twice is caught once', () => {
    const t = new TransmitterDriver();
    t.join('a', 'mail', ['x::**', 'x::*']);
    expect(t.state.index.size).toBe(1);
    t.say('a', 'DROP', { pattern: 'x::*' });
    expect(t.state.index.size).toBe(0);
  });

  test('is refused when it is none, or one too many', () => {
    const t = new TransmitterDriver({ patternsPerCellMax: 2 });
    t.join('a', 'mail', ['x', 'y']);
    expect(t.say('a', 'CTCH', { pattern: 'z', id: 'c1' })[0]?.payload).toMatchObject({ code: 'busy', re: 'c1' });
    expect(t.say('a', 'CTCH', { pattern: 'x' })).toEqual([]);
    expect(t.say('a', 'CTCH', { pattern: '' })[0]?.payload).toMatchObject({ code: 'bad_field' });
    expect(t.say('a', 'CTCH', { pattern: 'a\n' })[0]?.payload).toMatchObject({ code: 'bad_pattern' });
    expect(t.say('a', 'CTCH', { pattern: 'z', confirm: true })[0]?.payload).toMatchObject({ code: 'bad_field' });
  });
});
