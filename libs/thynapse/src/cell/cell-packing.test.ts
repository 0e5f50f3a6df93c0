import { decodeFrame, encodeFrame, thidOf } from '@syncytium/codec';
import { beforeEach, describe, expect, test } from 'vitest';
import { thid, type Payload } from '../testing/transmitter-driver.js';
import { makeDones, makeReplies, readDones } from '../wire/answers.js';
import { makeRequests, makeWork, requestContents, Requests } from '../wire/requests.js';
import { fullFrameBytes } from '../wire/wire.js';
import { cellDefaults, newCell, type CellInput, type CellRequest, type CellState } from './cell-state.js';
import { stepCell } from './cell-step.js';

const id = thid('c');
const head = { channel: 'job::a', from: id, at: 1000, timeout: 500 };

function request(seq: number, more: Partial<CellRequest> = {}): CellRequest {
  const text = `{"n":${seq}}`;
  return { ...head, id: thidOf(requestContents(head, seq, text)), seq, text, ...more };
}

describe('a cell whose transmitter takes packed requests', () => {
  let state: CellState;
  const step = (input: CellInput) => stepCell(state, input, 0);
  /** The frames that are sent because of an input. */
  const sent = (input: CellInput) =>
    step(input).flatMap((output) => (output.type === 'send' ? [decodeFrame(output.frame)] : []));
  const said = (input: CellInput) => sent(input).map(({ command }) => command);
  const hear = (...message: Uint8Array[]) => step({ type: 'message', message });
  const welcome = (packed = true) =>
    hear(
      encodeFrame('J', 'WLCM', { id: thid('T'), pub: 'tcp://x:1', heartbeat: 1000, peers: [], batch: true, packed }),
    );
  const ask = (...requests: CellRequest[]) => requests.flatMap((one) => said({ type: 'request', request: one }));
  const give = (seq: number, attempt: number, text = '1') => {
    const requests = new Requests(decodeFrame(makeRequests(head, [request(seq, { text })])));
    return hear(makeWork(requests, [{ packed: requests, index: 0, attempt }]));
  };
  const emit = (name: string): CellInput => ({
    type: 'emit',
    id: thid(name),
    frame: encodeFrame('J', 'EVNT', { channel: name }),
    confirm: true,
    answer: false,
  });

  beforeEach(() => {
    state = newCell({ ...cellDefaults, address: 'one', id, service: 'mail' });
    step({ type: 'connected' });
    welcome();
  });

  test('says the requests of a turn at its end, those of one kind in one frame', () => {
    const other = request(3, { channel: 'job::b' });
    expect(ask(request(1), request(2), other, request(4))).toEqual([]);
    const frames = sent({ type: 'flush' });
    expect(frames.map((frame) => new Requests(frame)).map(({ ids }) => ids)).toEqual([
      [request(1).id, request(2).id],
      [other.id],
      [request(4).id],
    ]);
    expect(said({ type: 'flush' })).toEqual([]);
  });

  test('says them before the end of the turn when they fill a frame, and one that fills a frame alone', () => {
    const text = JSON.stringify('x'.repeat(fullFrameBytes / 2));
    const counts = (input: CellInput) => sent(input).map((frame) => new Requests(frame).count);
    const long = (seq: number, own = text): CellInput => ({ type: 'request', request: request(seq, { text: own }) });
    expect(counts(long(1))).toEqual([]);
    expect(counts(long(2))).toEqual([2]);
    expect(counts(long(3, '1'))).toEqual([]);
    expect(counts(long(4, text + text))).toEqual([1, 1]);
    expect(counts({ type: 'flush' })).toEqual([]);
  });

  test('says answers before the end of the turn when they fill a frame', () => {
    const data = 'x'.repeat(fullFrameBytes / 2);
    const answer = (seq: number): (readonly string[])[] => {
      give(seq, 1);
      return sent({ type: 'done', re: request(seq, { text: '1' }).id, data }).map((frame) => readDones(frame).ids);
    };
    expect(answer(1)).toEqual([]);
    expect(answer(2)).toEqual([[1, 2].map((seq) => request(seq, { text: '1' }).id)]);
    expect(said({ type: 'flush' })).toEqual([]);
  });

  test('[T-84] says them before what is said on its own', () => {
    ask(request(1));
    expect(said(emit('x'))).toEqual(['REQS', 'EVNT']);
  });

  test('[T-81] knows all of them confirmed by one word, and each answered by its own', () => {
    ask(request(1), request(2));
    step({ type: 'flush' });
    const okay = { re: request(1).id, count: 2, services: ['mail'] };
    expect(hear(encodeFrame('J', 'OKAY', okay))).toEqual(
      [1, 2].map((seq) => ({ type: 'confirmed', id: request(seq).id, services: ['mail'] })),
    );
    const dones = readDones(decodeFrame(makeDones([{ id: request(2).id, text: '"two"' }])));
    const frame = makeReplies({ service: 'mail', from: id }, [{ packed: dones, index: 0, re: request(2).id }]);
    const answered = { type: 'answered', id: request(2).id, answer: { outcome: 'success', data: 'two' } };
    expect(hear(frame, frame)).toEqual([answered]);
    expect([...state.outstanding.keys()]).toEqual([request(1).id]);
  });

  test('says them again on the next line, one by one where they have to be', () => {
    ask(request(1), request(2));
    step({ type: 'flush' });
    ask(request(3));
    step({ type: 'disconnected' });
    step({ type: 'connected' });
    welcome();
    const [frame] = sent({ type: 'flush' });
    expect(frame && new Requests(frame).ids).toEqual([1, 2, 3].map((seq) => request(seq).id));
    step({ type: 'disconnected' });
    step({ type: 'connected' });
    const frames = welcome(false).flatMap((output) => (output.type === 'send' ? [decodeFrame(output.frame)] : []));
    expect(
      frames.map((one) => [one.command, (one.decode() as Payload)['id'], (one.decode() as Payload)['data']]),
    ).toEqual([1, 2, 3].map((n) => ['EVNT', request(n).id, { n }]));
  });

  test('[T-83] works on what it is given once, and says what it did again', () => {
    expect(give(1, 1)).toMatchObject([{ type: 'task', event: { id: request(1).id, data: 1, seq: 1, attempt: 1 } }]);
    expect(give(1, 2)).toEqual([]);
    const done: CellInput = { type: 'done', re: request(1).id, data: 'yes' };
    expect(said(done)).toEqual([]);
    const answer = (): unknown => {
      const [frame] = sent({ type: 'flush' });
      const dones = frame && readDones(frame);
      return [dones?.ids, dones?.value(0)];
    };
    expect(answer()).toEqual([[request(1).id], 'yes']);
    expect(give(1, 3)).toEqual([]);
    expect(answer()).toEqual([[request(1).id], 'yes']);
  });

  test('says what it did before the line broke when it has the next one', () => {
    give(1, 1);
    step({ type: 'done', re: request(1).id, data: 'yes' });
    step({ type: 'disconnected' });
    step({ type: 'connected' });
    const done = welcome().flatMap((output) => (output.type === 'send' ? [decodeFrame(output.frame)] : []));
    expect(done.map((frame) => [frame.command, frame.decode()])).toEqual([
      ['DONE', { re: request(1).id, data: 'yes' }],
    ]);
  });

  test('[T-82] fails for good what is no JSON', () => {
    const [output] = give(1, 1, '{');
    const frame = decodeFrame(output?.type === 'send' ? output.frame : Buffer.alloc(0));
    expect([frame.command, frame.decode()]).toMatchObject(['FAIL', { re: request(1).id, final: true }]);
    expect(state.working.size).toBe(0);
  });

  test('says what is left before it says goodbye', () => {
    ask(request(1));
    expect(said({ type: 'leave' })).toEqual(['REQS', 'GBYE']);
  });
});
