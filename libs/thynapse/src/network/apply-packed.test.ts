import { decodeFrame, encodeFrame, thidOf } from '@syncytium/codec';
import { beforeEach, describe, expect, test } from 'vitest';
import { PeerDriver } from '../testing/peer-driver.js';
import { thid, TransmitterDriver } from '../testing/transmitter-driver.js';
import { makeDones, makeReplies, readDones, Replies } from '../wire/answers.js';
import { makeRequests, requestContents, Requests } from '../wire/requests.js';
import type { AnswersEntry, Entry, RequestsEntry } from './entry.js';

const head = { channel: 'job', from: thid('web'), at: 1000, timeout: 500 };
const packed = { batch: true, packed: true };
const items = [1, 2, 3].map((seq) => ({ id: thidOf(requestContents(head, seq, `${seq}`)), seq, text: `${seq}` }));
const ids = items.map(({ id }) => id);
const frame = makeRequests(head, items);
const replied = 'mail::job::success';

/** Answers of a cell to some of the requests. */
function answersOf(cell: string, some: readonly string[]): AnswersEntry {
  const dones = readDones(decodeFrame(makeDones(some.map((id) => ({ id, text: `"by ${cell}"` })))));
  const replies = some.map((re, index) => ({ re, packed: dones, index }));
  const bytes = makeReplies({ service: 'mail', from: thid(cell) }, replies);
  return { type: 'answers', bytes, count: some.length, channel: replied };
}

describe('what other transmitters tell in one entry', () => {
  let t: TransmitterDriver;
  let other: PeerDriver;

  const requests = (more: Partial<RequestsEntry> = {}): RequestsEntry => {
    const own = { cell: thid('mail'), via: t.state.options.id };
    const tasks = [{ service: 'mail', places: [own], chosen: [1, 0, 1] }];
    return { type: 'requests', bytes: frame, count: 3, tasks, ...more };
  };
  const publishedOn = (channel: string): unknown[] =>
    t.published.flatMap(({ channel: on, payload }) => (on === channel ? [payload['id']] : []));
  const entriesOf = (type: Entry['type']): Entry[] => other.heard().filter((entry) => entry.type === type);

  beforeEach(() => {
    t = new TransmitterDriver();
    t.join('mail', 'mail', ['job'], { ...packed, capacity: 2 });
    other = new PeerDriver(t, thid('A'));
    other.heard();
  });

  test('requests are copies of their owner’s, and those for own cells are given together [T-85]', () => {
    other.tell(requests());
    expect(publishedOn('job')).toEqual(ids);
    expect(t.later.map(({ count }) => count)).toEqual([3]);
    const given = t.sent.filter(({ command }) => command === 'WORK');
    expect(given.map(({ bytes }) => new Requests(decodeFrame(bytes as Uint8Array)).ids)).toEqual([[ids[0], ids[2]]]);
    expect([...t.state.open.values()].map(({ owner, openTasks }) => [owner, openTasks[0]?.cell?.id])).toEqual([
      [other.id, thid('mail')],
      [other.id, undefined],
      [other.id, thid('mail')],
    ]);
  });

  test('a request that its sender has said here before is handled and published once [T-85]', () => {
    t.join('web', 'web', [], packed);
    t.sayRaw('web', makeRequests(head, items.slice(1, 2)));
    other.heard();
    other.tell(requests());
    expect(publishedOn('job')).toEqual([ids[1], ids[0], ids[2]]);
    expect(t.state.taskCount).toBe(3);
    // Its first owner is the one with the smaller id.
    expect(t.state.open.get(ids[1] as string)?.owner).toBe(other.id);
  });

  test('what an own cell answers together is told in one entry [T-86]', () => {
    other.tell(requests());
    const [first, , third] = ids as [string, string, string];
    t.sayRaw('mail', makeDones([first, third].map((id) => ({ id, text: '7' }))));
    const told = entriesOf('answers') as AnswersEntry[];
    expect(told.map(({ count, channel }) => [count, channel])).toEqual([[2, replied]]);
    const replies = new Replies(decodeFrame(told[0]?.bytes as Uint8Array));
    expect([replies.service, replies.from, replies.ids, replies.value(1)]).toEqual([
      'mail',
      thid('mail'),
      [first, third],
      7,
    ]);
    expect(publishedOn(replied)).toHaveLength(2);
    expect([...t.state.open.keys()]).toEqual([ids[1]]);
  });

  test('requests of an own cell are told in one entry, and their answers end them [T-85] [T-86]', () => {
    t.join('web', 'web', [], packed);
    t.sayRaw('web', frame);
    const told = entriesOf('requests') as RequestsEntry[];
    expect(told.map(({ bytes, count, tasks }) => [Buffer.from(bytes), count, tasks])).toEqual([
      [
        Buffer.from(frame),
        3,
        [{ service: 'mail', places: [{ cell: thid('mail'), via: t.state.options.id }], chosen: [1, 1, 0] }],
      ],
    ]);
    other.tell(answersOf('there', ids));
    const replies = t.sent.filter(({ command }) => command === 'RPLS');
    expect(replies.map(({ to, bytes }) => [to, new Replies(decodeFrame(bytes as Uint8Array)).ids])).toEqual([
      ['web', ids],
    ]);
    expect([t.state.taskCount, publishedOn(replied).length]).toEqual([0, 3]);
  });

  test('only the first answer to each is published and told [T-44] [T-86]', () => {
    t.join('web', 'web', [], packed);
    t.sayRaw('web', frame);
    other.tell(answersOf('there', ids.slice(0, 1)));
    other.tell(answersOf('elsewhere', ids));
    const answers = t.published.filter(({ channel }) => channel === replied).map(({ payload }) => payload['data']);
    expect(answers).toEqual(['by there', 'by elsewhere', 'by elsewhere']);
    expect(t.sent.filter(({ command }) => command === 'RPLS')).toHaveLength(2);
  });

  test('an answer that comes before its request ends it when it comes [T-44] [T-86]', () => {
    other.tell(answersOf('there', ids));
    expect(t.state.taskCount).toBe(0);
    other.tell(requests());
    expect([t.state.taskCount, t.sent.filter(({ command }) => command === 'WORK').length]).toEqual([0, 0]);
    expect(publishedOn('job')).toEqual(ids);
  });

  test.each([
    ['count', { count: 2 }],
    ['tasks', { tasks: [] }],
    ['chosen', { tasks: [{ service: 'mail', places: [], chosen: [1, 1, 1] }] }],
    ['bytes', { bytes: encodeFrame('J', 'EVNT', { channel: 'job' }) }],
  ])('an entry with wrong %s is skipped', (_, wrong) => {
    const { refused } = t.state.counts;
    other.tell(requests(wrong));
    expect([t.state.open.size, t.state.counts.refused]).toEqual([0, refused + 1]);
  });
});
