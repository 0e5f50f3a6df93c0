import { decodeFrame, thidOf } from '@syncytium/codec';
import { beforeEach, describe, expect, test } from 'vitest';
import { thid, TransmitterDriver, type Said } from '../testing/transmitter-driver.js';
import { makeDones, Replies } from '../wire/answers.js';
import { makeRequests, requestContents, Requests } from '../wire/requests.js';

const head = { channel: 'job::a', from: thid('web'), at: 1000, timeout: 500 };

/** Requests as a cell sends them, with these data as JSON. */
function requestsOf(texts: readonly string[], seq = 1) {
  const items = texts.map((text, i) => ({
    id: thidOf(requestContents(head, seq + i, text)),
    seq: seq + i,
    text,
  }));
  return { ids: items.map(({ id }) => id), frame: makeRequests(head, items) };
}

const briefly = (said: readonly Said[]) => said.map(({ to, command }) => `${to} ${command}`);

describe('packed requests', () => {
  let t: TransmitterDriver;
  const packed = { batch: true, packed: true };

  beforeEach(() => {
    t = new TransmitterDriver({ tasksMax: 10 });
    t.join('web', 'web', [], packed);
  });

  const dones = (...items: readonly (readonly [string, string])[]) =>
    makeDones(items.map(([id, text]) => ({ id, text })));

  test('[T-81] [T-83] are confirmed, given and answered together', () => {
    t.join('mail', 'mail', ['job::*'], { ...packed, capacity: 2 });
    const { ids, frame } = requestsOf(['{"n":1}', '', '{"n":3}']);
    const said = t.sayRaw('web', frame);
    expect(briefly(said)).toEqual(['web OKAY', 'mail WORK']);
    expect(said[0]?.payload).toEqual({ re: ids[0], count: 3, services: ['mail'] });
    const work = new Requests(decodeFrame(said[1]?.bytes as Uint8Array));
    expect(work).toMatchObject(head);
    expect(work.ids.map((id, i) => [id, work.seqOf(i), work.attemptOf(i), work.value(i)])).toEqual([
      [ids[0], 1, 1, { n: 1 }],
      [ids[1], 2, 1, undefined],
    ]);
    const answered = t.sayRaw('mail', dones([ids[0] as string, '"one"'], [ids[1] as string, '']));
    expect(briefly(answered)).toEqual(['web RPLS', 'mail WORK']);
    const replies = new Replies(decodeFrame(answered[0]?.bytes as Uint8Array));
    expect(replies).toMatchObject({ service: 'mail', from: thid('mail') });
    expect(replies.ids.map((id, i) => [id, replies.value(i)])).toEqual([
      [ids[0], 'one'],
      [ids[1], undefined],
    ]);
    t.sayRaw('mail', dones([ids[2] as string, '3']));
    expect(t.state.taskCount).toBe(0);
    expect(t.published.map(({ channel, payload }) => [channel, payload['data']])).toEqual([
      ['job::a', { n: 1 }],
      ['job::a', undefined],
      ['job::a', { n: 3 }],
      ['mail::job::a::success', 'one'],
      ['mail::job::a::success', undefined],
      ['mail::job::a::success', 3],
    ]);
    for (const { payload, bytes } of t.published) {
      const { id, ...contents } = payload;
      expect(id).toBe(thidOf(JSON.stringify(contents)));
      expect(Buffer.from(bytes).toString()).toMatch(/^J EVNT /);
    }
  });

  test('[T-80] are the same events to a cell that takes one at a time', () => {
    t.join('mail', 'mail', ['job::*'], { capacity: 2 });
    const { ids, frame } = requestsOf(['1', '2']);
    const tasks = t.sayRaw('web', frame).filter(({ to }) => to === 'mail');
    expect(tasks).toMatchObject([
      { command: 'TASK', payload: { id: ids[0], channel: 'job::a', data: 1, from: thid('web'), seq: 1, attempt: 1 } },
      { command: 'TASK', payload: { id: ids[1], data: 2, seq: 2 } },
    ]);
    expect(t.say('mail', 'DONE', { re: ids[0], data: 'yes' })).toMatchObject([
      { to: 'web', command: 'EVNT', payload: { re: ids[0], data: 'yes' } },
    ]);
    expect(t.say('mail', 'FAIL', { re: ids[1], message: 'no', final: true })).toMatchObject([
      { to: 'web', command: 'EVNT', payload: { re: ids[1], message: 'no' } },
    ]);
    const dead = t.published.find(({ channel }) => channel === 'thynapse::dead::mail');
    expect(dead?.payload).toMatchObject({ data: { event: { id: ids[1], data: 2 } } });
  });

  test('[T-81] that nobody handles are told so one by one', () => {
    const { ids, frame } = requestsOf(['1', '2']);
    expect(t.sayRaw('web', frame).map(({ payload }) => payload)).toEqual(ids.map((re) => ({ re, services: [] })));
  });

  test('[T-81] for which there is no room are refused one by one', () => {
    t.join('mail', 'mail', ['job::*'], packed);
    const { ids, frame } = requestsOf(Array.from({ length: 12 }, (_, i) => String(i)));
    const said = t.sayRaw('web', frame).filter(({ to }) => to === 'web');
    expect(said.map(({ command, payload }) => [command, payload['re'] ?? payload['id']])).toEqual(
      ids.map((id, i) => [i < 10 ? 'OKAY' : 'ERRR', id]),
    );
  });

  test('[T-81] that come again are not handled again, and answered again', () => {
    t.join('mail', 'mail', ['job::*'], { ...packed, capacity: 10 });
    const first = requestsOf(['1', '2']);
    t.sayRaw('web', first.frame);
    t.sayRaw('mail', dones([first.ids[0] as string, '"one"']));
    const again = t.sayRaw('web', first.frame);
    expect(briefly(again)).toEqual(['web EVNT', 'web OKAY', 'web OKAY']);
    expect(again[0]?.payload).toMatchObject({ channel: 'mail::job::a::success', re: first.ids[0], data: 'one' });
    expect(t.state.counts).toMatchObject({ repeats: 2, tasks: 2 });
    expect(t.published.filter(({ channel }) => channel === 'job::a')).toHaveLength(2);
  });

  test('and their answers are the same events when they are read from the frame in which they came', () => {
    t.join('mail', 'mail', ['job::*'], { ...packed, capacity: 10 });
    const { ids, frame } = requestsOf(['1', '']);
    t.sayRaw('web', frame);
    t.sayRaw('mail', dones([ids[0] as string, '"one"'], [ids[1] as string, '']));
    expect(t.later).toHaveLength(2);
    for (const events of t.later) {
      expect(events.source?.read(events.source.frame)).toEqual(events.frames());
      expect(events.count).toBe(2);
    }
  });

  test('of a cell that is lost go to another', () => {
    t.join('mail', 'mail', ['job::*'], { ...packed, capacity: 2 });
    const { ids, frame } = requestsOf(['1', '2']);
    t.sayRaw('web', frame);
    t.join('mail2', 'mail', ['job::*'], { ...packed, capacity: 2 });
    const [said] = t.step({ type: 'gone', peer: 'mail' });
    expect(said).toMatchObject({ to: 'mail2', command: 'WORK' });
    const work = new Requests(decodeFrame(said?.bytes as Uint8Array));
    expect(work.ids.map((id, i) => [id, work.attemptOf(i)])).toEqual(ids.map((id) => [id, 2]));
  });

  test('[T-82] with data that is no JSON are a text to whoever needs JSON', () => {
    t.join('mail', 'mail', ['job::*']);
    const [task] = t.sayRaw('web', requestsOf(['1,"from":"x"']).frame).filter(({ to }) => to === 'mail');
    expect(task?.payload).toMatchObject({ data: '1,"from":"x"', from: thid('web') });
  });

  test.each([
    ['from', { from: thid('x') }, 'bad_field'],
    ['channel', { channel: 'thynapse::x' }, 'reserved_channel'],
    ['channel', { channel: 'a*' }, 'bad_channel'],
    ['timeout', { timeout: -1 }, 'bad_field'],
  ])('with a wrong %s are refused', (_, wrong, code) => {
    const frame = makeRequests({ ...head, ...wrong }, [{ id: thid('1'), seq: 1, text: '1' }]);
    expect(t.sayRaw('web', frame)).toMatchObject([{ to: 'web', command: 'ERRR', payload: { code } }]);
  });

  test('are counted in the position of what follows', () => {
    t.join('mail', 'mail', ['job::*'], packed);
    t.sayRaw('web', requestsOf(['1', '2']).frame);
    expect(t.state.network.own.events).toBe(2);
  });
});
