import { Netsync } from '@syncytium/netsync';
import { SimulatedClock } from '@syncytium/testkit';
import { describe, expect, it } from 'vitest';
import { SyncTexts } from './sync-texts.js';
import { WsSession } from './ws-session.js';

/** Connections to one Netsync, without sockets. */
function setUp(outstandingMax = 10) {
  const clock = new SimulatedClock();
  const netsync = new Netsync({ clock });
  const texts = new SyncTexts();
  return {
    clock,
    netsync,
    open: () => {
      const sent: Record<string, unknown>[] = [];
      const send = (text: string) => void sent.push(JSON.parse(text) as Record<string, unknown>);
      const session = new WsSession({ netsync, texts, outstandingMax, send });
      return {
        session,
        say: (message: unknown) =>
          session.onMessage(Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)), false),
        /** What has been answered since the last call. */
        heard: () => sent.splice(0),
      };
    },
  };
}

const syncOf = (payloads: Record<string, string>) => ({ payloads, match: expect.any(String) as string });

describe('a WebSocket session', () => {
  it('pairs requests of one connection and of several', () => {
    const { open } = setUp();
    const [one, other] = [open(), open()];
    one.say({ id: 1, event: 'e', actor: 'a', payload: 'p' });
    one.say({ id: 2, event: 'f', actor: 'a' });
    one.say({ id: 'three', event: 'f', actor: 'b' });
    expect(one.heard()).toMatchObject(
      [
        { id: 2, ...syncOf({ a: '', b: '' }) },
        { id: 'three', ...syncOf({ a: '', b: '' }) },
      ].reverse(),
    );
    other.say({ id: 1, event: 'e', actor: 'c', labels: { actor: 'c' }, mates: 1, timeout: '1m' });
    const [answer] = one.heard();
    expect(answer).toMatchObject({ id: 1, ...syncOf({ a: 'p', c: '' }), waitedMs: 0 });
    expect(other.heard()).toMatchObject([{ id: 1, ...syncOf({ a: 'p', c: '' }), match: answer?.match }]);
  });

  it('tells how long a request has waited', () => {
    const { clock, open } = setUp();
    const { say, heard } = open();
    say({ id: 1, event: 'e', actor: 'a' });
    clock.advance(1234);
    say({ id: 2, event: 'e', actor: 'b' });
    expect(heard()).toMatchObject([
      { id: 2, waitedMs: 0 },
      { id: 1, waitedMs: 1234 },
    ]);
  });

  it('tells payloads and actors whatever is in them', () => {
    const { open } = setUp();
    const { say, heard } = open();
    const odd = { labels: 'k=v', selector: 'k=v' };
    say({ id: 1, event: 'e', actor: '"\\\n\u2028', payload: '\u0000ä"', ...odd });
    say({ id: 2, event: 'e', actor: '__proto__', payload: '{}', ...odd });
    const [answer] = heard();
    expect(Object.entries(answer?.payloads ?? {})).toEqual([
      ['__proto__', '{}'],
      ['"\\\n\u2028', '\u0000ä"'],
    ]);
    // Two of one actor: the later one is told.
    say({ id: 3, event: 'e', actor: 'a', payload: '1', ...odd });
    say({ id: 4, event: 'e', actor: 'a', payload: '2', ...odd });
    expect(heard()).toMatchObject([{ payloads: { a: '2' } }, { payloads: { a: '2' } }]);
  });

  it('tells numbers from texts in ids', () => {
    const { open } = setUp();
    const { say, heard } = open();
    say({ id: 1, event: 'e', actor: 'a' });
    say({ id: '1', event: 'e', actor: 'b' });
    expect(new Set(heard().map(({ id }) => id))).toEqual(new Set([1, '1']));
  });

  it('gives up what is cancelled, and confirms it', () => {
    const { netsync, open } = setUp();
    const { say, heard } = open();
    say({ id: 'x"y', event: 'e', actor: 'a' });
    say({ cancel: 'x"y' });
    say({ cancel: 'x"y' });
    expect(heard()).toEqual([
      { id: 'x"y', cancelled: true },
      { id: 'x"y', cancelled: false },
    ]);
    expect(netsync.pending).toBe(0);
  });

  it('answers a request whose time has run out, and takes its id again', () => {
    const { clock, open } = setUp();
    const { say, heard } = open();
    say({ id: 1, event: 'e', actor: 'a', timeout: '1s' });
    clock.advance(1000);
    expect(heard()).toMatchObject([{ id: 1, error: { code: 'timeout', missing: 1, waitedMs: 1000 } }]);
    say({ id: 1, event: 'e', actor: 'a', mates: 0 });
    expect(heard()).toMatchObject([{ id: 1, payloads: { a: '' } }]);
  });

  it('leaves nothing behind when its connection ends', () => {
    const { netsync, open } = setUp();
    const [gone, here] = [open(), open()];
    gone.say({ id: 1, event: 'e', actor: 'a' });
    gone.say({ id: 2, event: 'f', actor: 'a' });
    gone.session.onClose();
    expect(netsync.pending).toBe(0);
    here.say({ id: 1, event: 'e', actor: 'b' });
    expect(here.heard()).toEqual([]);
  });

  it('ends two requests of its own that would have synced with each other only', () => {
    const { netsync, open } = setUp();
    const { say, session } = open();
    say({ id: 1, event: 'e', actor: 'a', mates: 2 });
    say({ id: 2, event: 'e', actor: 'b', mates: 2 });
    session.onClose();
    expect(netsync.waits.counts()).toMatchObject({ open: 0, cancelled: 2, done: 0 });
  });

  it('answers everything with closed when the Netsync closes', () => {
    const { netsync, open } = setUp();
    const { say, heard } = open();
    say({ id: 1, event: 'e', actor: 'a' });
    netsync.close();
    say({ id: 2, event: 'e', actor: 'a' });
    expect(heard()).toMatchObject([
      { id: 1, error: { code: 'closed' } },
      { id: 2, error: { code: 'closed' } },
    ]);
  });

  it('refuses more waiting requests than allowed, and takes one again when one is answered', () => {
    const { open } = setUp(1);
    const { say, heard } = open();
    say({ id: 1, event: 'e', actor: 'a' });
    say({ id: 2, event: 'f', actor: 'a' });
    expect(heard()).toMatchObject([{ id: 2, error: { code: 'limit_reached', max: 1 } }]);
    say({ cancel: 1 });
    say({ id: 3, event: 'f', actor: 'a', mates: 0 });
    expect(heard()).toMatchObject([
      { id: 1, cancelled: true },
      { id: 3, payloads: { a: '' } },
    ]);
  });

  it('refuses the id of a request that waits, which goes on waiting', () => {
    const { open } = setUp();
    const { say, heard } = open();
    say({ id: 1, event: 'e', actor: 'a' });
    say({ id: 1, event: 'f', actor: 'a' });
    const [refusal] = heard();
    expect(refusal).toMatchObject({ error: { code: 'duplicate_id', id: 1 } });
    expect(refusal).not.toHaveProperty('id');
    say({ id: 2, event: 'e', actor: 'b' });
    expect(heard()).toHaveLength(2);
  });

  it.each([
    ['no JSON', '{"id":1', { error: { code: 'bad_message', position: 7 } }],
    ['a number', 7, { error: { code: 'bad_message' } }],
    ['half a character', '{"id":1,"event":"\\ud800","actor":"a"}', { error: { code: 'bad_message' } }],
    ['no id', { event: 'e', actor: 'a' }, { error: { code: 'missing_param', param: 'id' } }],
    ['an id that is an object', { id: {}, event: 'e' }, { error: { code: 'bad_param', param: 'id' } }],
    ['an id that is too long', { id: 'x'.repeat(129) }, { error: { code: 'bad_param', param: 'id' } }],
    ['an id that is no whole number', { id: 1.5 }, { error: { code: 'bad_param', param: 'id' } }],
    ['no event', { id: 1, actor: 'a' }, { id: 1, error: { code: 'missing_param', param: 'event' } }],
    ['no actor', { id: 1, event: 'e' }, { id: 1, error: { code: 'missing_param', param: 'actor' } }],
    ['mates as text', { id: 1, event: 'e', actor: 'a', mates: '1' }, { id: 1, error: { param: 'mates' } }],
    [
      'a payload that is null',
      { id: 1, event: 'e', actor: 'a', payload: null },
      { id: 1, error: { param: 'payload' } },
    ],
    ['a timeout in a list', { id: 1, event: 'e', actor: 'a', timeout: ['1s'] }, { id: 1, error: { param: 'timeout' } }],
    [
      'a bad selector',
      { id: 1, event: 'e', actor: 'a', selector: 'a===b' },
      { id: 1, error: { code: 'bad_selector', param: 'selector', position: expect.any(Number) as number } },
    ],
    ['an unknown name', { id: 1, evnt: 'e' }, { id: 1, error: { code: 'unknown_param', param: 'evnt' } }],
    ['a cancel with more', { cancel: 1, id: 1 }, { id: 1, error: { code: 'unknown_param', param: 'id' } }],
    ['__proto__', '{"id":1,"__proto__":{}}', { id: 1, error: { code: 'unknown_param', param: '__proto__' } }],
  ])('answers %s with an error, and nothing waits', (_what, message, answer) => {
    const { netsync, open } = setUp();
    const { say, heard } = open();
    say(message);
    const answers = heard();
    expect(answers).toMatchObject([answer]);
    expect(answers[0]?.id).toEqual('id' in answer ? answer.id : undefined);
    expect(netsync.pending).toBe(0);
  });

  it('takes many messages in one, and answers so from then on', async () => {
    const { netsync, open } = setUp();
    const { session, say, heard } = open();
    const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
    say([
      { id: 1, event: 'e', actor: 'a' },
      { id: 2, event: 'e', actor: 'b' },
      { id: 3, event: 'f', actor: 'a' },
    ]);
    expect(heard()).toEqual([]);
    await turn();
    expect(heard()).toMatchObject([[{ id: 2, ...syncOf({ a: '', b: '' }) }, { id: 1 }]]);
    say({ id: 4, event: 'f', actor: 'b' });
    await turn();
    expect(heard()).toMatchObject([[{ id: 4 }, { id: 3 }]]);
    // What ends a wait otherwise is sent while there is a connection for certain.
    say([{ id: 5, event: 'g', actor: 'a' }, { cancel: 9 }, 'nonsense', [], { id: 6 }]);
    expect(heard()).toMatchObject([
      [{ id: 9, cancelled: false }],
      [{ error: { code: 'bad_message' } }],
      [{ error: { code: 'bad_message' } }],
      [{ id: 6, error: { code: 'missing_param', param: 'event' } }],
    ]);
    say([]);
    netsync.close();
    expect(heard()).toMatchObject([[{ id: 5, error: { code: 'closed' } }]]);
    session.onClose();
  });

  it('takes no more than 1,000 messages in one', () => {
    const { netsync, open } = setUp();
    const { say, heard } = open();
    say(Array.from({ length: 1001 }, (_, id) => ({ id, event: 'e', actor: 'a' })));
    expect(heard()).toMatchObject([{ error: { code: 'bad_message' } }]);
    expect(netsync.pending).toBe(0);
  });

  it('refuses binary messages', () => {
    const { session, heard } = setUp().open();
    session.onMessage(Buffer.from('{"id":1,"event":"e","actor":"a"}'), true);
    expect(heard()).toMatchObject([{ error: { code: 'bad_message' } }]);
  });
});
