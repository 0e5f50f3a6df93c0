import { decodeFrame, encodeFrame } from '@syncytium/codec';
import { describe, expect, test } from 'vitest';
import { cellDefaults, newCell, type CellInput, type CellOptions, type CellOutput } from './cell-state.js';
import { stepCell } from './cell-step.js';
import { thid, type Payload } from '../testing/transmitter-driver.js';
import { answerChannelLengthMax } from '../wire/wire.js';

type Seen = { send: string; payload: Payload } | Exclude<CellOutput, { type: 'send' }>;

/** A cell without anything around it: inputs in, outputs out. */
function drive(options: Partial<CellOptions> = {}) {
  const state = newCell({ ...cellDefaults, address: 'one', id: thid('c'), service: 'mail', helloMs: 1000, ...options });
  let now = 0;
  const step = (input: CellInput): Seen[] =>
    stepCell(state, input, now).map((output) => {
      if (output.type !== 'send') return output;
      const frame = decodeFrame(output.frame);
      return { send: frame.command, payload: frame.decode() as Payload };
    });
  const hear = (command: string, payload: unknown) =>
    step({ type: 'message', message: [encodeFrame('J', command, payload)] });
  const welcome = (id = 'T', peers: string[] = []) =>
    hear('WLCM', { id: thid(id), pub: 'tcp://x:1', heartbeat: 1000, peers });
  return {
    state,
    step,
    hear,
    welcome,
    join() {
      step({ type: 'connected' });
      return welcome();
    },
    emit: (name: string, { confirm = true, answer = false } = {}) =>
      step({ type: 'emit', id: thid(name), frame: encodeFrame('J', 'EVNT', { channel: name }), confirm, answer }),
    wait(ms: number) {
      const seen: Seen[] = [];
      for (const end = now + ms; now < end;) {
        now = Math.min(end, now + 100);
        seen.push(...step({ type: 'tick' }));
      }
      return seen;
    },
    /** Nothing happens for a while; then its timer comes first. */
    stop(ms: number) {
      now += ms;
      return step({ type: 'tick' });
    },
  };
}

const brief = (seen: readonly Seen[]) => seen.map((one) => ('send' in one ? one.send : one.type));

describe('joining', () => {
  test('a cell says hello when its line stands, and again while nobody answers', () => {
    const cell = drive();
    expect(cell.wait(5000)).toEqual([]);
    expect(cell.step({ type: 'connected' })).toEqual([
      { send: 'HELO', payload: { id: thid('c'), service: 'mail', capacity: 16, batch: true, packed: true } },
    ]);
    expect(brief(cell.wait(1900))).toEqual(['HELO']);
    expect(brief(cell.welcome())).toEqual(['welcomed']);
  });

  test('a line on which nobody ever answers is made anew', () => {
    const cell = drive();
    cell.step({ type: 'connected' });
    expect(brief(cell.wait(3000))).toEqual(['HELO', 'HELO', 'reconnect']);
    expect(cell.wait(10_000)).toEqual([]);
  });

  test('a refused hello is told, and said again', () => {
    const cell = drive();
    cell.step({ type: 'connected' });
    expect(cell.hear('ERRR', { code: 'busy', message: 'full', re: thid('c') })).toEqual([
      { type: 'unwelcome', code: 'busy', message: 'full' },
    ]);
    expect(brief(cell.wait(1000))).toEqual(['HELO']);
  });

  test('what was asked for before the welcome is sent after it, patterns and events in their order', () => {
    const cell = drive();
    expect(cell.step({ type: 'catch', pattern: 'a', id: 'p1' })).toEqual([]);
    expect(cell.emit('x')).toEqual([]);
    expect(cell.emit('y', { confirm: false })).toEqual([]);
    const seen = cell.join();
    expect(seen.slice(1)).toEqual([
      { send: 'CTCH', payload: { pattern: 'a', id: 'p1', confirm: true } },
      { send: 'EVNT', payload: { channel: 'x' } },
      { send: 'EVNT', payload: { channel: 'y' } },
    ]);
  });
});

describe('a line that is lost', () => {
  test('is resumed with the patterns and with what is not confirmed or answered', () => {
    const cell = drive();
    cell.join();
    cell.step({ type: 'catch', pattern: 'a', id: 'p1' });
    cell.hear('OKAY', { re: 'p1' });
    cell.emit('confirmed');
    cell.hear('OKAY', { re: thid('confirmed'), services: [] });
    cell.emit('unconfirmed');
    cell.emit('asked', { answer: true });
    cell.hear('OKAY', { re: thid('asked'), services: ['x'] });
    cell.emit('let go', { confirm: false });
    expect(brief(cell.step({ type: 'disconnected' }))).toEqual(['lost']);
    cell.emit('meanwhile', { confirm: false });
    expect(cell.step({ type: 'connected' })).toMatchObject([{ send: 'HELO', payload: { resume: true } }]);
    expect(cell.welcome().slice(1)).toEqual([
      { send: 'CTCH', payload: { pattern: 'a' } },
      { send: 'EVNT', payload: { channel: 'unconfirmed' } },
      { send: 'EVNT', payload: { channel: 'asked' } },
      { send: 'EVNT', payload: { channel: 'meanwhile' } },
    ]);
  });

  test('is noticed by silence', () => {
    const cell = drive();
    cell.join();
    expect(brief(cell.wait(2900))).toEqual(['PING', 'PING']);
    cell.hear('PONG', {});
    expect(brief(cell.wait(3000))).toEqual(['PING', 'PING', 'PING', 'lost', 'reconnect']);
  });

  test('does not lose the answers that were given meanwhile', () => {
    const cell = drive();
    cell.join();
    cell.hear('TASK', { id: thid('e'), channel: 'a', attempt: 1 });
    cell.step({ type: 'disconnected' });
    expect(cell.step({ type: 'done', re: thid('e'), data: 1 })).toEqual([]);
    cell.step({ type: 'connected' });
    expect(cell.welcome()).toContainEqual({ send: 'DONE', payload: { re: thid('e'), data: 1 } });
  });

  test('is not one whose other end the cell did not listen to, since it was stopped [T-18]', () => {
    const cell = drive();
    cell.join();
    cell.wait(1000);
    cell.hear('PONG', {});
    expect(cell.stop(60_000)).toEqual([]);
    expect(brief(cell.wait(3000))).toEqual(['PING', 'PING', 'lost', 'reconnect']);
  });

  test('is followed by a wish for what was missed, other than what was told as lost [T-64]', () => {
    const cell = drive();
    cell.step({ type: 'hear', pattern: '*', id: 'h' });
    cell.join();
    cell.hear('OKAY', { re: 'h' });
    const [one, other] = [thid('one'), thid('other')];
    cell.step({ type: 'heard', positions: { [one]: 3, [other]: 5 } });
    expect(cell.hear('LOST', { count: 4, positions: { [one]: 7 } })).toEqual([{ type: 'missed', count: 4 }]);
    cell.step({ type: 'disconnected' });
    expect(cell.join().at(-1)).toEqual({
      send: 'HEAR',
      payload: { patterns: ['*'], since: { [one]: 7, [other]: 5 } },
    });
  });

  test('to a transmitter that has forgotten the cell is used for a new hello', () => {
    const cell = drive();
    cell.join();
    cell.emit('x');
    const seen = cell.hear('ERRR', { code: 'hello_first', message: 'who?', re: thid('x') });
    expect(brief(seen)).toEqual(['lost', 'HELO']);
    expect(cell.hear('ERRR', { code: 'hello_first', message: 'who?' })).toEqual([]);
    expect(brief(cell.welcome())).toEqual(['welcomed', 'EVNT']);
  });

  test('because the transmitter leaves is no line any more', () => {
    const cell = drive();
    cell.join();
    expect(brief(cell.hear('GBYE', {}))).toEqual(['lost']);
    expect(cell.emit('x')).toEqual([]);
  });

  test('is told with the address of who was lost, not of who comes next', () => {
    const cell = drive();
    cell.step({ type: 'connected' });
    cell.welcome('T', ['two']);
    expect(cell.hear('GBYE', {})).toEqual([
      { type: 'lost', why: 'the transmitter is leaving', address: 'one' },
      { type: 'move', from: 'one', to: 'two' },
    ]);
  });
});

describe('a cell that takes no more', () => {
  test('has nothing in hand when its transmitter has confirmed that', () => {
    const cell = drive();
    cell.step({ type: 'catch', pattern: 'a', id: 'p1' });
    cell.join();
    expect(brief(cell.step({ type: 'drain' }))).toEqual(['DROP']);
    expect(brief(cell.hear('OKAY', { re: 'd0' }))).toEqual(['confirmed', 'drained']);
  });

  test('does not wait for the word of a transmitter that is lost, or was', () => {
    for (const order of [
      ['drain', 'disconnected'],
      ['disconnected', 'drain'],
    ] as const) {
      const cell = drive();
      cell.step({ type: 'catch', pattern: 'a', id: 'p1' });
      cell.join();
      const seen = order.flatMap((type) => brief(cell.step({ type })));
      expect(seen.filter((one) => one !== 'DROP')).toEqual(['lost', 'drained']);
    }
  });

  test('tells what it has done, wherever its transmitter is', () => {
    const cell = drive();
    cell.step({ type: 'catch', pattern: 'a', id: 'p1' });
    cell.join();
    cell.hear('OKAY', { re: 'p1' });
    cell.hear('TASK', { id: thid('e'), channel: 'a', attempt: 1 });
    cell.step({ type: 'drain' });
    expect(brief(cell.step({ type: 'disconnected' }))).toEqual(['lost']);
    expect(cell.step({ type: 'done', re: thid('e'), data: 1 })).toEqual([]);
    expect(brief(cell.join())).toEqual(['welcomed', 'DONE', 'DROP']);
    expect(brief(cell.hear('OKAY', { re: 'd0' }))).toEqual(['confirmed', 'drained']);
  });
});

describe('a transmitter that was restarted', () => {
  /** A cell with a pattern and a request, which comes back to a transmitter with another id. */
  function comeBack(peers: string[] = []) {
    const cell = drive();
    cell.join();
    cell.step({ type: 'catch', pattern: 'a', id: 'p1' });
    cell.emit('asked', { answer: true });
    cell.hear('OKAY', { re: thid('asked'), services: ['x'] });
    cell.emit('unconfirmed');
    cell.step({ type: 'disconnected' });
    cell.step({ type: 'connected' });
    return { cell, seen: cell.welcome('U', peers) };
  }

  test('hears events again when those who handle them have had the time to come back, too [T-65]', () => {
    const { cell, seen } = comeBack();
    expect(seen.slice(1)).toEqual([{ send: 'CTCH', payload: { pattern: 'a', id: 'p1', confirm: true } }]);
    expect(cell.wait(900)).toEqual([]);
    expect(cell.emit('new')).toEqual([]);
    expect(cell.emit('new request', { confirm: false, answer: true })).toEqual([]);
    expect(brief(cell.emit('cast', { confirm: false }))).toEqual(['EVNT']);
    const events = (all: readonly Seen[]) => all.filter((one) => 'send' in one && one.send === 'EVNT');
    expect(events(cell.wait(100))).toEqual([
      { send: 'EVNT', payload: { channel: 'asked' } },
      { send: 'EVNT', payload: { channel: 'unconfirmed' } },
      { send: 'EVNT', payload: { channel: 'new' } },
      { send: 'EVNT', payload: { channel: 'new request' } },
    ]);
    expect(brief(cell.emit('later'))).toEqual(['EVNT']);
    expect(events(cell.wait(1000))).toEqual([]);
  });

  test('hears them at once when it knows others, or the cell leaves', () => {
    expect(brief(comeBack(['tcp://other:1']).seen)).toEqual(['welcomed', 'CTCH', 'EVNT', 'EVNT']);
    expect(brief(comeBack().cell.step({ type: 'leave' }))).toEqual(['EVNT', 'EVNT', 'GBYE']);
  });

  test('hears nothing that nobody waits for any more', () => {
    const { cell } = comeBack();
    cell.step({ type: 'forget', id: thid('asked') });
    const seen = cell.wait(1000);
    expect(seen).toContainEqual({ send: 'EVNT', payload: { channel: 'unconfirmed' } });
    expect(seen).not.toContainEqual({ send: 'EVNT', payload: { channel: 'asked' } });
  });
});

describe('a task', () => {
  const task = { id: thid('e'), channel: 'a', data: 1, attempt: 1 };

  test('is handed over once, however often it comes', () => {
    const cell = drive();
    cell.join();
    expect(cell.hear('TASK', task)).toEqual([{ type: 'task', event: task }]);
    expect(cell.hear('TASK', { ...task, attempt: 2 })).toEqual([]);
  });

  test('may be an answer, whose channel is longer than that of a request', () => {
    const cell = drive();
    cell.join();
    const answer = { ...task, channel: 'x'.repeat(answerChannelLengthMax) };
    expect(cell.hear('TASK', answer)).toEqual([{ type: 'task', event: answer }]);
  });

  test('that was done is not done again: the answer is repeated', () => {
    const cell = drive();
    cell.join();
    cell.hear('TASK', task);
    const [done] = cell.step({ type: 'done', re: thid('e'), data: 'ok' });
    expect(done).toEqual({ send: 'DONE', payload: { re: thid('e'), data: 'ok' } });
    expect(cell.hear('TASK', { ...task, attempt: 2 })).toEqual([done]);
  });

  test('that failed is tried again when it comes again', () => {
    const cell = drive();
    cell.join();
    cell.hear('TASK', task);
    expect(cell.step({ type: 'fail', re: thid('e'), message: 'no', final: false })).toEqual([
      { send: 'FAIL', payload: { re: thid('e'), message: 'no' } },
    ]);
    expect(brief(cell.hear('TASK', { ...task, attempt: 2 }))).toEqual(['task']);
    expect(cell.step({ type: 'fail', re: thid('e'), message: 'no', final: true })).toEqual([
      { send: 'FAIL', payload: { re: thid('e'), message: 'no', final: true } },
    ]);
  });

  test('is answered once', () => {
    const cell = drive();
    cell.join();
    cell.hear('TASK', task);
    cell.step({ type: 'done', re: thid('e') });
    expect(cell.step({ type: 'fail', re: thid('e'), message: 'no', final: false })).toEqual([]);
    expect(cell.step({ type: 'done', re: thid('unknown') })).toEqual([]);
  });
});

describe('an event that was sent', () => {
  test('is confirmed with the services that handle it', () => {
    const cell = drive();
    cell.join();
    cell.emit('x');
    expect(cell.hear('OKAY', { re: thid('x'), services: ['mail', 7] })).toEqual([
      { type: 'confirmed', id: thid('x'), services: ['mail'] },
    ]);
    expect(cell.hear('OKAY', { re: thid('x') })).toEqual([]);
    expect(cell.state.outstanding.size).toBe(0);
  });

  test('is answered once', () => {
    const cell = drive();
    cell.join();
    cell.emit('x', { answer: true });
    const answer = { channel: 'mail::x::success', re: thid('x'), id: thid('a'), data: 7 };
    expect(cell.hear('EVNT', answer)).toEqual([
      { type: 'answered', id: thid('x'), answer: { outcome: 'success', data: 7 } },
    ]);
    expect(cell.hear('EVNT', answer)).toEqual([]);
  });

  test('is refused with the reason', () => {
    const cell = drive();
    cell.join();
    cell.emit('x');
    expect(cell.hear('ERRR', { code: 'busy', message: 'later', re: thid('x') })).toEqual([
      { type: 'refused', id: thid('x'), code: 'busy', message: 'later' },
    ]);
    expect(cell.hear('ERRR', { code: 'busy', message: 'later', re: thid('x') })).toEqual([
      { type: 'error', code: 'busy', message: 'later' },
    ]);
  });

  test('beyond the limit is refused here', () => {
    const cell = drive({ outstandingMax: 2 });
    cell.emit('x');
    cell.emit('y', { confirm: false });
    expect(cell.emit('z')).toMatchObject([{ type: 'refused', id: thid('z'), code: 'busy' }]);
    cell.step({ type: 'forget', id: thid('x') });
    expect(cell.emit('z')).toEqual([]);
  });
});

test('a transmitter that talks nonsense is complained about, and harms nothing', () => {
  const cell = drive();
  cell.join();
  for (const bad of ['', 'J WLCM {}', 'J TASK {"id":1}', 'J ABCD {}', 'J OKAY []', 'J WLCM {"id":"x"}'])
    expect(brief(cell.step({ type: 'message', message: [Buffer.from(bad)] }))).toEqual(['error']);
  expect(brief(cell.emit('x'))).toEqual(['EVNT']);
});

test('a cell that has left does nothing more', () => {
  const cell = drive();
  cell.join();
  expect(cell.step({ type: 'leave' })).toEqual([{ send: 'GBYE', payload: {} }]);
  expect(cell.emit('x')).toEqual([]);
  expect(cell.wait(10_000)).toEqual([]);
});
