import { encodeFrame, isThid } from '@syncytium/codec';
import { describe, expect, test } from 'vitest';
import { packFrames } from '../wire/batch.js';
import { makeRun } from '../wire/event-run.js';
import { thid, TransmitterDriver } from '../testing/transmitter-driver.js';

describe('a cell that joins', () => {
  test('is welcomed with the id of the transmitter and the address of its events', () => {
    const t = new TransmitterDriver({ heartbeatMs: 700 });
    expect(t.say('p', 'HELO', { id: thid('a'), service: 'hello' })).toEqual([
      {
        to: 'p',
        command: 'WLCM',
        payload: { id: thid('T'), pub: 'tcp://127.0.0.1:5455', heartbeat: 700, batch: true, packed: true, peers: [] },
      },
    ]);
  });

  test('is answered in the encoding of its HELO', () => {
    const t = new TransmitterDriver();
    t.say('p', 'HELO', { id: thid('a'), service: 'hello' }, 'M');
    const outputs: string[] = [];
    const message = [encodeFrame('M', 'PING', {})];
    for (const output of t.step({ type: 'message', from: 'p', message })) outputs.push(output.command);
    expect(outputs).toEqual(['PONG']);
    expect(t.state.cells.get(thid('a'))?.encoding).toBe('M');
  });

  test('must say who it is before anything else', () => {
    const t = new TransmitterDriver();
    const [said] = t.say('p', 'EVNT', { channel: 'a', id: thid('e') });
    expect(said).toMatchObject({ to: 'p', command: 'ERRR', payload: { code: 'hello_first', re: thid('e') } });
    expect(t.published).toEqual([]);
  });

  test.each([
    [{ id: 'short', service: 'x' }, 'id of HELO must be 40 lower-case hex digits'],
    [{ service: 'x' }, 'id of HELO must be 40 lower-case hex digits'],
    [{ id: thid('a') }, 'service of HELO must be a text of 1 to 128 characters'],
    [{ id: thid('a'), service: 'a*' }, 'service must be 1 to 128 characters without *'],
    [{ id: thid('a'), service: 'thynapse' }, 'service must be 1 to 128 characters'],
    [{ id: thid('a'), service: 'x', capacity: 0 }, 'capacity of HELO must be a whole number from 1 to'],
    ['text', 'payload of HELO must be an object'],
    [[], 'payload of HELO must be an object'],
  ])('is refused with the field named: %j', (payload, message) => {
    const t = new TransmitterDriver();
    const [said] = t.say('p', 'HELO', payload);
    expect(said?.command).toBe('ERRR');
    expect(said?.payload['message']).toContain(message);
    expect(t.state.cells.size).toBe(0);
  });

  test('replaces a former cell of its id, which is told', () => {
    const t = new TransmitterDriver();
    t.say('old', 'HELO', { id: thid('a'), service: 'hello' });
    const said = t.say('new', 'HELO', { id: thid('a'), service: 'hello' });
    expect(said.map(({ to, command }) => `${to} ${command}`)).toEqual(['old ERRR', 'new WLCM']);
    expect(said[0]?.payload['code']).toBe('cell_replaced');
    expect([t.state.cells.size, t.state.cellOf.size]).toEqual([1, 1]);
  });

  test('finds no place where all are taken, unless one is long silent and catches nothing', () => {
    const t = new TransmitterDriver({ cellsMax: 2, heartbeatMs: 1000 });
    t.join('a', 'x', ['p']);
    t.join('b', 'x');
    expect(t.join('c', 'x')[0]?.payload['code']).toBe('busy');
    t.wait(2000);
    t.say('a', 'PING', {});
    t.wait(1100);
    expect(t.join('c', 'x')[0]?.command).toBe('WLCM');
    expect([...t.state.cells.keys()]).toContain(thid('c'));
    expect([...t.state.cells.keys()]).not.toContain(thid('b'));
  });
});

describe('an event', () => {
  test('is published under its channel with an id and its sender, and otherwise as it came', () => {
    const t = new TransmitterDriver();
    t.join('a', 'hello');
    t.say('a', 'EVNT', { channel: 'hello::world', data: { x: [1, null] }, colour: 'blue' });
    expect(t.published).toHaveLength(1);
    const { channel, payload } = t.published[0]!;
    expect(channel).toBe('hello::world');
    expect(payload).toEqual({
      channel: 'hello::world',
      data: { x: [1, null] },
      colour: 'blue',
      from: thid('a'),
      id: payload['id'],
    });
    expect(isThid(String(payload['id']))).toBe(true);
  });

  test('without an id is another one each time', () => {
    const t = new TransmitterDriver();
    t.join('a', 'hello');
    const ids = [t.event('a', 'x').id, t.event('a', 'x').id];
    expect(ids[0]).not.toBe(ids[1]);
  });

  test('with an id and a sender passes byte for byte', () => {
    const t = new TransmitterDriver();
    t.join('a', 'hello');
    const text = `J EVNT { "channel" : "x", "n":1.50, "id":"${thid('e')}","from":"${thid('a')}" } \n`;
    t.sayRaw('a', Buffer.from(text));
    expect(Buffer.from(t.published.at(-1)!.bytes).toString()).toBe(text);
  });

  test('with spaces around its payload gets its id in the right place', () => {
    const t = new TransmitterDriver();
    t.join('a', 'hello');
    t.sayRaw('a', Buffer.from('J EVNT {"channel":"x","data":"}"}  \r\n'));
    expect(t.published.at(-1)?.payload).toMatchObject({ channel: 'x', data: '}', from: thid('a') });
  });

  test('in MessagePack is published in JSON', () => {
    const t = new TransmitterDriver();
    t.join('a', 'hello');
    t.say('a', 'EVNT', { channel: 'x', data: [1, 'a', { b: null }] }, 'M');
    expect(t.published.at(-1)?.payload).toMatchObject({ channel: 'x', data: [1, 'a', { b: null }] });
    const [said] = t.say('a', 'EVNT', { channel: 'x', data: new Uint8Array([1]) }, 'M');
    expect(said).toMatchObject({ command: 'ERRR', payload: { code: 'encode_unsupported' } });
    expect(t.published).toHaveLength(1);
  });

  test('is confirmed when that was asked for, with the services that handle it', () => {
    const t = new TransmitterDriver();
    t.join('a', 'hello', ['x']);
    t.join('b', 'mail', ['*']);
    expect(t.event('a', 'y').said.filter(({ command }) => command === 'OKAY')).toEqual([]);
    const { id, said } = t.event('a', 'x', { confirm: true });
    expect(said.filter(({ command }) => command === 'OKAY')).toEqual([
      { to: 'a', command: 'OKAY', payload: { re: id, services: ['hello', 'mail'] } },
    ]);
  });

  test('that was seen before is dropped, and confirmed again', () => {
    const t = new TransmitterDriver();
    t.join('a', 'hello');
    t.join('b', 'mail', ['x']);
    const event = { channel: 'x', id: thid('e'), confirm: true };
    t.say('a', 'EVNT', event);
    const again = t.say('a', 'EVNT', event);
    expect(again).toEqual([{ to: 'a', command: 'OKAY', payload: { re: thid('e'), services: ['mail'] } }]);
    t.say('b', 'DONE', { re: thid('e') });
    expect(t.say('a', 'EVNT', event)).toEqual([{ to: 'a', command: 'OKAY', payload: { re: thid('e') } }]);
    expect(t.published.filter(({ channel }) => channel === 'x')).toHaveLength(1);
    expect(t.state.counts.repeats).toBe(2);
  });

  test.each([
    [{}, 'bad_field'],
    [{ channel: '' }, 'bad_field'],
    [{ channel: 7 }, 'bad_field'],
    [{ channel: 'a*' }, 'bad_channel'],
    [{ channel: 'a?' }, 'bad_channel'],
    [{ channel: 'a\n' }, 'bad_channel'],
    [{ channel: 'x'.repeat(513) }, 'bad_channel'],
    [{ channel: 'thynapse::dead::x' }, 'reserved_channel'],
    [{ channel: 'x', id: 'X' }, 'bad_field'],
    [{ channel: 'x', from: thid('other') }, 'bad_field'],
    [{ channel: 'x', re: 1 }, 'bad_field'],
    [{ channel: 'x', seq: -1 }, 'bad_field'],
    [{ channel: 'x', at: 'now' }, 'bad_field'],
    [{ channel: 'x', confirm: 1 }, 'bad_field'],
  ])('is refused when it is wrong: %j', (payload, code) => {
    const t = new TransmitterDriver();
    t.join('a', 'hello');
    expect(t.say('a', 'EVNT', payload)).toMatchObject([{ to: 'a', command: 'ERRR', payload: { code } }]);
    expect(t.published).toEqual([]);
  });
});

describe('frames that are none', () => {
  test.each(['', 'J', 'X EVNT {}', 'J_EVNT {}', 'J evnt {}', 'J EVNT {', 'J EVNT "x"', 'J ABCD {}', 'R EVNT {}'])(
    'get an error and harm nobody: %j',
    (text) => {
      const t = new TransmitterDriver();
      t.join('a', 'hello');
      const good = encodeFrame('J', 'EVNT', { channel: 'x' });
      const said = t.sayRaw('a', good, Buffer.from(text), good);
      expect(said).toMatchObject([{ to: 'a', command: 'ERRR' }]);
      expect(said[0]?.payload['message']).toBeTypeOf('string');
      expect(t.published.map(({ channel }) => channel)).toEqual(['x', 'x']);
    },
  );

  test('that are too deep are refused before they could make a dead letter that is', () => {
    const t = new TransmitterDriver();
    t.join('a', 'hello');
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
    expect(t.say('a', 'EVNT', { channel: 'x', data: nested(60) })).toMatchObject([
      { command: 'ERRR', payload: { code: 'frame_bad_payload' } },
    ]);
    t.join('b', 'deep', ['x']);
    const { id } = t.event('a', 'x', { data: nested(55) });
    t.say('b', 'FAIL', { re: id, message: 'no', final: true });
    expect(t.published.map(({ channel }) => channel)).toEqual(['x', 'deep::x::failure', 'thynapse::dead::deep']);
  });
});

describe('a subscriber', () => {
  test('that asks whether it is heard is answered on the topic it asked with', () => {
    const t = new TransmitterDriver();
    t.step({ type: 'subscribed', topic: Buffer.from('thynapse::sync::abc') });
    t.step({ type: 'subscribed', topic: Buffer.from('hello::') });
    expect(t.published).toMatchObject([
      { channel: 'thynapse::sync::abc', payload: { channel: 'thynapse::sync::abc' } },
    ]);
  });
});

test('a message of too many commands is refused as a whole', () => {
  const t = new TransmitterDriver();
  t.join('a', 'mail');
  const frame = encodeFrame('J', 'EVNT', { channel: 'x' });
  const said = t.sayRaw('a', ...Array.from({ length: 10_001 }, () => frame));
  expect(said).toMatchObject([{ command: 'ERRR', payload: { code: 'busy' } }]);
  expect(t.published).toEqual([]);
});

test('a transmitter that drains takes nothing new and goes on with what it has', () => {
  const t = new TransmitterDriver();
  t.join('a', 'mail', ['x']);
  const ids = [t.event('a', 'x').id, t.event('a', 'x').id];
  expect(t.step({ type: 'drain' })).toEqual([]);
  expect(t.event('a', 'x').said).toMatchObject([{ command: 'ERRR', payload: { code: 'busy' } }]);
  expect(t.join('b', 'mail')).toMatchObject([{ command: 'ERRR', payload: { code: 'busy' } }]);
  expect(t.say('a', 'DONE', { re: ids[0] })).toMatchObject([{ command: 'TASK', payload: { id: ids[1] } }]);
  t.say('a', 'DONE', { re: ids[1] });
  expect(t.openTasks.size).toBe(0);
});

test('a transmitter that leaves tells its cells and accepts nothing more', () => {
  const t = new TransmitterDriver();
  t.join('a', 'mail');
  t.join('b', 'mail');
  expect(t.step({ type: 'leave' }).map(({ to, command }) => `${to} ${command}`)).toEqual(['a GBYE', 'b GBYE']);
  expect(t.event('a', 'x').said).toMatchObject([{ command: 'ERRR', payload: { code: 'busy' } }]);
});

describe('runs and batches', () => {
  const common = { channel: 'x', from: thid('a'), seq: 1, at: 5 };
  const run = makeRun(common, ['1', '2']);

  test('a run that nobody catches is published whole, and counted', () => {
    const t = new TransmitterDriver();
    t.join('a', 'one');
    expect(t.sayRaw('a', run)).toEqual([]);
    expect(t.runs).toEqual([{ channel: 'x', count: 2 }]);
    expect(t.published).toEqual([]);
    expect(t.state.counts.events).toBe(2);
  });

  test('a run that somebody catches is a task for each event', () => {
    const t = new TransmitterDriver();
    t.join('a', 'one');
    t.join('b', 'two', ['x'], { capacity: 2 });
    expect(t.sayRaw('a', run)).toMatchObject([
      { to: 'b', command: 'TASK', payload: { ...common, data: 1 } },
      { to: 'b', command: 'TASK', payload: { ...common, data: 2, seq: 2 } },
    ]);
    expect(t.published).toHaveLength(2);
    expect(t.runs).toEqual([]);
  });

  test('a run is refused on a reserved channel, from another cell, and while the transmitter leaves', () => {
    const t = new TransmitterDriver();
    t.join('a', 'one');
    const refused = (bytes: Uint8Array) => t.sayRaw('a', bytes).map(({ payload }) => payload['code']);
    expect(refused(makeRun({ ...common, channel: 'thynapse::x' }, ['1']))).toEqual(['reserved_channel']);
    expect(refused(makeRun({ ...common, from: thid('b') }, ['1']))).toEqual(['bad_field']);
    t.step({ type: 'drain' });
    expect(refused(makeRun(common, ['1']))).toEqual(['busy']);
    expect([t.published, t.runs]).toEqual([[], []]);
  });

  test('a batch is its commands in their order; a wrong one harms no other', () => {
    const t = new TransmitterDriver();
    const commands = [
      encodeFrame('J', 'PING', {}),
      Buffer.from('J WHAT {}'),
      encodeFrame('J', 'EVNT', { channel: 'x', confirm: true }),
    ];
    const [batch] = packFrames(commands);
    expect(t.sayRaw('a', batch!)).toMatchObject([{ command: 'ERRR', payload: { code: 'hello_first' } }]);
    t.join('a', 'one');
    expect(t.sayRaw('a', batch!).map(({ command }) => command)).toEqual(['PONG', 'ERRR', 'OKAY']);
    expect(t.sayRaw('a', encodeFrame('R', 'BTCH', Buffer.from([1])))).toMatchObject([
      { payload: { code: 'bad_field' } },
    ]);
  });

  test('a pattern that is listened to is checked and confirmed', () => {
    const t = new TransmitterDriver();
    t.join('a', 'one');
    expect(t.say('a', 'HEAR', { pattern: 'x::*', id: 'p1', confirm: true })).toMatchObject([
      { command: 'OKAY', payload: { re: 'p1' } },
    ]);
    expect(t.say('a', 'MUTE', { pattern: 'x::*' })).toEqual([]);
    expect(t.say('a', 'HEAR', { patterns: ['x', 'y::*'], since: { [thid('T')]: 4 } })).toEqual([]);
    for (const wrong of [{ since: { x: 1 } }, { since: { [thid('T')]: -1 } }, { since: 1 }])
      expect(t.say('a', 'HEAR', { patterns: ['x'], ...wrong })).toMatchObject([
        { payload: { code: 'bad_field', message: 'since of HEAR must be whole numbers by id' } },
      ]);
    for (const patterns of [['x', ''], 'x', [1]])
      expect(t.say('a', 'HEAR', { patterns, since: {} })).toMatchObject([{ payload: { code: 'bad_field' } }]);
    expect(t.say('a', 'HEAR', { pattern: '' })).toMatchObject([{ payload: { code: 'bad_field' } }]);
    expect(t.say('a', 'TOOK', { bytes: -1 })).toMatchObject([{ payload: { code: 'bad_field' } }]);
    expect(t.say('a', 'TOOK', { bytes: 5 })).toEqual([]);
  });
});
