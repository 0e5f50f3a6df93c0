import { decodeFrame, encodeFrame, isThid } from '@syncytium/codec';
import { AbortedError, ClosedError, TimeoutError } from '@syncytium/kit';
import type { Message, Sockets } from '@syncytium/transport';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Cell } from './cell.js';
import type { TaskEvent } from './cell-state.js';
import { AnswersMissingError, NoServiceError, RefusedError, RequestFailedError } from '../errors.js';
import type { ThynapseEvent } from '../wire/event.js';
import { register, type RegisterOptions } from '../register.js';
import type { Responder } from './responder.js';
import { Inbox, SimulatedClock } from '@syncytium/testkit';
import { thid } from '../testing/transmitter-driver.js';
import { TransmitterNode, type TransmitterNodeOptions } from '../transmitter/transmitter-node.js';

/** What the library does over every driver of sockets. */
export function cellConformance(makeSockets: () => Sockets, anyAddress: string): void {
  let sockets: Sockets;
  let transmitter: TransmitterNode;
  let open: { close(): Promise<void> }[];

  async function startTransmitter(options: Partial<TransmitterNodeOptions> = {}): Promise<TransmitterNode> {
    const node = new TransmitterNode({ sockets, command: anyAddress, event: anyAddress, ...options });
    await node.start();
    open.push({ close: () => node.stop() });
    return node;
  }

  async function join(service: string, options: RegisterOptions = {}): Promise<Cell> {
    const cell = await register(service, transmitter.command, { sockets, ...options });
    open.push({ close: () => cell.close({ timeout: 0 }) });
    return cell;
  }

  beforeEach(async () => {
    sockets = makeSockets();
    open = [];
    transmitter = await startTransmitter();
  });
  afterEach(async () => {
    for (const one of open.reverse()) await one.close();
  });

  /** A handler that answers when the test does. */
  const hold = (inbox: Inbox<{ message: TaskEvent; resp: Responder }>) => (message: TaskEvent, resp: Responder) => {
    inbox.put({ message, resp });
  };
  const read = (bytes: Uint8Array) => {
    const frame = decodeFrame(bytes);
    return { command: frame.command, payload: frame.decode() as Record<string, unknown> };
  };
  const textOf = (message: Message) => message.map((frame) => Buffer.from(frame).toString());

  describe('the seed', () => {
    test('HELO is answered by WLCM, and EVNT is heard by who subscribed', async () => {
      const said = new Inbox<ReturnType<typeof read>>();
      const heard = new Inbox<string[]>();
      const connected = new Inbox<void>();
      const dealer = sockets.dealer({
        onMessage: ([frame]) => {
          const { command, payload } = read(frame!);
          said.put({ command, payload });
        },
      });
      open.push(dealer);
      dealer.connect(transmitter.command);
      dealer.send([Buffer.from(`J HELO {"id":"${thid('python')}","service":"hello"}`)]);
      const welcome = await said.next();
      expect(welcome).toMatchObject({ command: 'WLCM', payload: { id: transmitter.id, pub: transmitter.event } });
      const subscriber = sockets.subscriber({
        onMessage: (message) => heard.put(textOf(message)),
        onConnect: () => connected.put(),
      });
      open.push(subscriber);
      subscriber.subscribe('hello::');
      subscriber.connect(String(welcome.payload['pub']));
      await connected.next();
      // Who knows only the seed's commands cannot ask whether it is heard already: it says it until it is.
      while (heard.size === 0) {
        dealer.send([Buffer.from('J EVNT {"channel":"hello::world","data":{"seq":1}}')]);
        await new Promise((resolve) => setImmediate(resolve));
      }
      const [channel, frame] = await heard.next();
      expect(channel).toBe('hello::world');
      expect(frame).toMatch(
        /^J EVNT \{"channel":"hello::world","data":\{"seq":1\},"from":"[0-9a-f]{40}","id":"[0-9a-f]{40}"\}$/,
      );
    });

    test('frames that are none are answered with ERRR and harm nobody', async () => {
      const errors = new Inbox<string>();
      const dealer = sockets.dealer({
        onMessage: ([frame]) => errors.put(Buffer.from(frame!).toString()),
      });
      open.push(dealer);
      dealer.connect(transmitter.command);
      for (const bad of ['', 'nonsense', 'J EVNT {"channel":', 'X EVNT {}', 'J EVNT {"channel":"x"}'])
        dealer.send([Buffer.from('J PING {}'), Buffer.from(bad)]);
      for (const error of await errors.take(10)) expect(error).toMatch(/^J ERRR \{"code":"[a-z_]+","message":"/);
      const cell = await join('hello');
      expect(isThid(await cell.send('still here'))).toBe(true);
    });
  });

  describe('multicatch', () => {
    test('reaches every cell that listens, the sender too, with data, sender, count and time', async () => {
      const [one, other] = [await join('hello'), await join('world')];
      const inbox = new Inbox<ThynapseEvent>();
      await one.all.on('hello::*', (message) => inbox.put(message));
      await other.all.on('hello::world', (message) => inbox.put(message));
      const id = await one.send('world', { seq: 1 });
      for (const message of await inbox.take(2)) {
        expect(message).toMatchObject({ channel: 'hello::world', data: { seq: 1 }, id, from: one.id, seq: 1 });
        expect(message.at).toBeTypeOf('number');
      }
    });

    test('takes patterns, regular expressions and functions', async () => {
      const cell = await join('hello');
      const heard: string[] = [];
      const listen = async (name: string, interest: Parameters<Cell['all']['on']>[0]) => {
        await cell.all.on(interest, ({ channel }) => heard.push(`${name} ${channel}`));
      };
      await listen('glob', 'say::*::world');
      await listen('one', 'a?c');
      await listen('expression', /^(a|b).*\d$/g);
      await listen('function', (channel) => channel.length === 5);
      const end = new Inbox<void>();
      await cell.all.on('end', () => end.put());
      for (const channel of ['say::hello::world', 'say::world', 'abc', 'a1', 'b2', 'a1', 'c3', 'fives'])
        await cell.raw.send(channel);
      await cell.raw.send('end');
      await end.next();
      expect(heard).toEqual([
        'glob say::hello::world',
        'one abc',
        'expression a1',
        'expression b2',
        'expression a1',
        'function fives',
      ]);
    });

    test('misses nothing that is sent after `on` has resolved, however many join', async () => {
      const sender = await join('sender');
      for (let i = 0; i < 10; i++) {
        const cell = await join('late');
        const inbox = new Inbox<unknown>();
        await cell.all.on('news::*', ({ data }) => inbox.put(data));
        sender.raw.send('news::x', i, { confirm: false }).catch(() => undefined);
        expect(await inbox.next()).toBe(i);
      }
    });

    test('keeps the order of a sender', async () => {
      const [sender, listener] = [await join('sender'), await join('listener')];
      const inbox = new Inbox<unknown>();
      await listener.all.on('sender::*', ({ data }) => inbox.put(data));
      const sent = Array.from({ length: 500 }, (_, i) => sender.send(`${i % 7}`, i, { confirm: i % 3 === 0 }));
      await Promise.all(sent);
      expect(await inbox.take(500)).toEqual(Array.from({ length: 500 }, (_, i) => i));
    });

    test('ends when the subscription is closed', async () => {
      const cell = await join('hello');
      const [first, second] = [new Inbox<unknown>(), new Inbox<unknown>()];
      const subscription = await cell.all.on('x', ({ data }) => first.put(data));
      await cell.all.on('x', ({ data }) => second.put(data));
      await cell.raw.send('x', 1);
      await second.next();
      await subscription.close();
      await subscription.close();
      await cell.raw.send('x', 2);
      expect(await second.next()).toBe(2);
      expect(first.size).toBe(1);
    });

    test('a listener that throws is reported and keeps the event from nobody', async () => {
      const errors = new Inbox<Error>();
      const cell = await join('hello', { onError: (error) => errors.put(error) });
      const inbox = new Inbox<unknown>();
      await cell.all.on('x', () => {
        throw new Error('broken');
      });
      await cell.all.on('x', () => Promise.reject(new Error('broken later')));
      await cell.all.on('x', ({ data }) => inbox.put(data));
      await cell.raw.send('x', 1);
      expect(await inbox.next()).toBe(1);
      expect((await errors.take(2)).map(({ message }) => message)).toEqual(['broken', 'broken later']);
    });
  });

  describe('anycatch', () => {
    test('gives each event to exactly one cell of each service', async () => {
      const sender = await join('sender');
      const handled = new Map<string, string[]>();
      const all = new Inbox<void>();
      for (const service of ['mail', 'mail', 'mail', 'audit', 'audit']) {
        const cell = await join(service, { capacity: 3 });
        await cell.on('user::*', ({ id }) => {
          handled.set(id, [...(handled.get(id) ?? []), service]);
          all.put();
        });
      }
      const ids = await Promise.all(Array.from({ length: 100 }, (_, i) => sender.raw.send('user::new', i)));
      await all.take(200);
      for (const id of ids) expect(handled.get(id)?.sort()).toEqual(['audit', 'mail']);
    });

    test('publishes the answer, whether returned or given', async () => {
      const [mail, watcher] = [await join('mail'), await join('watcher')];
      const answers = new Inbox<ThynapseEvent>();
      await watcher.all.on('mail::*', (message) => answers.put(message));
      await mail.on('returned', () => ({ a: 1 }));
      await mail.on('awaited', async () => {
        await Promise.resolve();
        return 'b';
      });
      await mail.on('nothing', () => undefined);
      await mail.on('given', (_, resp) => {
        setImmediate(() => resp.success('d'));
      });
      const ids: string[] = [];
      for (const channel of ['returned', 'awaited', 'nothing', 'given']) {
        ids.push(await mail.raw.send(channel));
        const answer = await answers.next();
        expect(answer.channel).toBe(`mail::${channel}::success`);
        expect(answer.re).toBe(ids.at(-1));
        expect(answer.data).toEqual({ returned: { a: 1 }, awaited: 'b', given: 'd' }[channel]);
      }
    });

    test('answers once, however often the handler answers', async () => {
      const [mail, web] = [await join('mail'), await join('web')];
      const answers: boolean[] = [];
      await mail.on('x', (_, resp) => {
        answers.push(resp.success(1), resp.success(2), resp.failure('no'));
        return 3;
      });
      expect(await web.request('x')).toBe(1);
      expect(answers).toEqual([true, false, false]);
    });

    test('tries again what failed, and publishes the failure and a dead letter in the end', async () => {
      transmitter = await startTransmitter({ limits: { attempts: 3, retryDelayMs: 1 } });
      const [mail, watcher] = [await join('mail'), await join('watcher')];
      const letters = new Inbox<ThynapseEvent>();
      const failures = new Inbox<ThynapseEvent>();
      await watcher.all.on('thynapse::dead::*', (message) => letters.put(message));
      await mail.all.on('mail::x::failure', (message) => failures.put(message));
      const attempts: number[] = [];
      await mail.on('x', ({ attempt }) => {
        attempts.push(attempt);
        throw new Error(`attempt ${attempt}`);
      });
      const id = await mail.raw.send('x', 'payload');
      expect(await letters.next()).toMatchObject({
        channel: 'thynapse::dead::mail',
        data: { reason: 'attempt 3', attempts: 3, service: 'mail', event: { id, data: 'payload' } },
      });
      expect(await failures.next()).toMatchObject({ re: id, message: 'attempt 3' });
      expect(attempts).toEqual([1, 2, 3]);
    });

    test('reaches cells by pattern, and no cell any more that dropped it', async () => {
      const mail = await join('mail');
      const inbox = new Inbox<string>();
      const subscription = await mail.on('user::*', ({ channel }) => {
        inbox.put(channel);
      });
      await expect(mail.on('user::**', () => undefined)).rejects.toThrow('user::* has a handler already');
      await mail.raw.send('user::a');
      expect(await inbox.next()).toBe('user::a');
      await subscription.close();
      await expect(mail.request('user::b')).rejects.toThrow(NoServiceError);
      await mail.on('user::*', ({ channel }) => {
        inbox.put(`again ${channel}`);
      });
      await mail.raw.send('user::c');
      expect(await inbox.next()).toBe('again user::c');
    });

    test('never gives a cell more than its capacity', async () => {
      const [mail, web] = [await join('mail', { capacity: 2 }), await join('web')];
      let [running, most] = [0, 0];
      await mail.on('x', async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
      });
      await Promise.all(Array.from({ length: 30 }, () => web.request('x')));
      expect(most).toBe(2);
    });

    test('[T-47] gives events with a key to the same cell, one after the other', async () => {
      const web = await join('web');
      const takers = new Map<string, Set<string>>();
      const order: unknown[] = [];
      let [running, most] = [0, 0];
      for (let i = 0; i < 3; i++) {
        const mail = await join('mail');
        await mail.on('x', async ({ data, key }) => {
          takers.set(key!, (takers.get(key!) ?? new Set()).add(mail.id));
          if (key !== 'a') return;
          most = Math.max(most, ++running);
          await new Promise((resolve) => setImmediate(resolve));
          order.push(data);
          running--;
        });
      }
      await Promise.all(Array.from({ length: 40 }, (_, i) => web.request('x', i, { key: 'abcdefgh'[i % 8]! })));
      expect([...takers.values()].map(({ size }) => size)).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
      expect(order).toEqual([0, 8, 16, 24, 32]);
      expect(most).toBe(1);
      await expect(web.raw.send('x', 1, { key: '' })).rejects.toMatchObject({ code: 'invalid_argument' });
      expect(isThid(await web.raw.send('x', 1, { key: 'a', confirm: false }))).toBe(true);
    });

    test('gives the tasks of a cell that vanishes to another one', async () => {
      const [doomed, web] = [await join('mail'), await join('web')];
      const taken = new Inbox<{ message: TaskEvent; resp: Responder }>();
      await doomed.on('x', hold(taken));
      const answer = web.request('x', 'precious');
      const { id } = (await taken.next()).message;
      const heir = await join('mail');
      await heir.on('x', ({ attempt, data, id: sameId }) => [attempt, data, sameId]);
      await doomed.close({ timeout: 0 });
      expect(await answer).toEqual([2, 'precious', id]);
    });
  });

  describe('a request', () => {
    test('brings the answer of the service that handles it', async () => {
      const [mail, web] = [await join('mail'), await join('web')];
      await mail.on('mail::send', ({ data }) => `sent ${String(data)}`);
      expect(await web.request('mail::send', 'hello')).toBe('sent hello');
      expect(web.waits.counts()).toMatchObject({ open: 0, done: 2 });
    });

    test('that fails for good says which service and why', async () => {
      const [mail, web] = [await join('mail'), await join('web')];
      await mail.on('mail::send', (_, resp) => {
        resp.failure('mailbox full', { final: true });
      });
      const failure = await web.request('mail::send').catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(RequestFailedError);
      expect(failure).toMatchObject({ code: 'request_failed', details: { service: 'mail', reason: 'mailbox full' } });
    });

    test('that nobody handles fails at once', async () => {
      const web = await join('web');
      await expect(web.request('nobody::home')).rejects.toThrow('no service catches nobody::home');
    });

    test('that is not answered names the service, and the transmitter shows who has it', async () => {
      const [mail, web] = [await join('mail'), await join('web')];
      const taken = new Inbox<{ message: TaskEvent; resp: Responder }>();
      await mail.on('slow', hold(taken));
      const asking = web.request('slow', null, { timeout: 150 });
      const { resp } = await taken.next();
      expect(transmitter.waits.list()).toMatchObject([
        { system: 'thynapse', who: web.name, what: 'answer of mail to slow', whom: [mail.name] },
      ]);
      const failure = await asking.catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(TimeoutError);
      expect((failure as TimeoutError).message).toMatch(
        new RegExp(`^${web.name} waited [\\d.]+ m?s for an answer to slow from service mail$`),
      );
      expect(resp.success()).toBe(true);
    });

    test('can be given up', async () => {
      const [mail, web] = [await join('mail'), await join('web')];
      await mail.on('slow', hold(new Inbox()));
      const controller = new AbortController();
      const asking = web.request('slow', null, { signal: controller.signal });
      controller.abort();
      await expect(asking).rejects.toThrow(AbortedError);
      await expect(web.request('slow', null, { signal: controller.signal })).rejects.toThrow(AbortedError);
    });

    test('may be made by a handler, also of the other service', async () => {
      const [a, b] = [await join('a'), await join('b')];
      await a.on('up', async ({ data }) => ((data as number) === 0 ? 'ground' : b.request('down', data)));
      await b.on('down', ({ data }) => a.request('up', (data as number) - 1));
      expect(await a.request('up', 5)).toBe('ground');
    });

    test('works alike in MessagePack', async () => {
      const [mail, web] = [await join('mail', { encoding: 'M' }), await join('web', { encoding: 'M' })];
      await mail.on('mail::send', ({ data }) => ({ back: data }));
      expect(await web.request('mail::send', { x: [1.5, 'é'] })).toEqual({ back: { x: [1.5, 'é'] } });
    });
  });

  describe('[T-49] asking every cell', () => {
    const missingIn = async (request: Promise<unknown>) => {
      const error: unknown = await request.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(AnswersMissingError);
      return error as AnswersMissingError;
    };

    test('brings the answers of all that answer, of every service, and ends with the last one', async () => {
      const web = await join('web');
      const cells = [await join('mail'), await join('mail', { encoding: 'M' }), await join('audit')];
      for (const cell of cells) await cell.all.answer('status::*', ({ data }) => [cell.id, data]);
      const deaf = await join('mail');
      await deaf.on('status::x', () => 'not asked');
      await deaf.all.on('status::x', () => 'not asked either');
      const answers = await web.all.request('status::x', 7);
      const byCell = (one: { cell: string }, other: { cell: string }) => (one.cell < other.cell ? -1 : 1);
      const expected = cells.map(({ id, service }) => ({ cell: id, service, data: [id, 7] }));
      expect([...answers].sort(byCell)).toEqual(expected.sort(byCell));
      expect(web.waits.openCount).toBe(0);
    });

    test('ends at once where nobody answers, and asks nobody that does not any more', async () => {
      const [web, mail] = [await join('web'), await join('mail')];
      expect(await web.all.request('status')).toEqual([]);
      const answering = await mail.all.answer('status', () => 'here');
      await expect(mail.all.answer('status', () => 'twice')).rejects.toMatchObject({ code: 'invalid_argument' });
      expect(await web.all.request('status')).toMatchObject([{ data: 'here' }]);
      await answering.close();
      expect(await web.all.request('status')).toEqual([]);
      await expect(web.request('status')).rejects.toThrow(NoServiceError);
    });

    test('names the cells that fail, with the answers of the others', async () => {
      const [web, good, bad] = [await join('web'), await join('mail'), await join('mail')];
      await good.all.answer('status', () => 'fine');
      await bad.all.answer('status', () => {
        throw new Error('broken');
      });
      const error = await missingIn(web.all.request('status'));
      expect(error.message).toBe(`1 of 2 cells answered status; not ${bad.name} (broken)`);
      expect(error.answers).toEqual([{ cell: good.id, service: 'mail', data: 'fine' }]);
      expect(error.missing).toEqual([{ cell: bad.id, service: 'mail', name: bad.name, reason: 'broken' }]);
    });

    test('names the cells that do not answer in time', async () => {
      const [web, slow] = [await join('web'), await join('mail')];
      await slow.all.answer('status', hold(new Inbox()));
      const error = await missingIn(web.all.request('status', null, { timeout: 150 }));
      expect(error.missing).toMatchObject([{ name: slow.name, reason: 'no answer' }]);
      expect((error.cause as Error).message).toContain(`for the answers to status from ${slow.name}`);
    });

    test('names the cells that leave while they are waited for', async () => {
      const [web, good, leaving] = [await join('web'), await join('mail'), await join('mail')];
      await good.all.answer('status', () => 'fine');
      const taken = new Inbox<{ message: TaskEvent; resp: Responder }>();
      await leaving.all.answer('status', hold(taken));
      const error = missingIn(web.all.request('status'));
      await taken.next();
      await leaving.close({ timeout: 0 });
      expect((await error).missing).toMatchObject([{ name: leaving.name, reason: 'the cell is gone' }]);
      expect((await error).answers).toMatchObject([{ cell: good.id, data: 'fine' }]);
    });
  });

  describe('what is refused', () => {
    test('is told to the sender with the reason', async () => {
      const cell = await join('hello');
      await expect(cell.raw.send('a*')).rejects.toMatchObject({ code: 'bad_channel' });
      await expect(cell.raw.send('thynapse::x')).rejects.toThrow(RefusedError);
      await expect(cell.send('x', { when: new Date() })).rejects.toMatchObject({ code: 'encode_unsupported' });
      await expect(cell.on('', () => undefined)).rejects.toMatchObject({ code: 'bad_pattern' });
      await expect(cell.all.on(7 as never, () => undefined)).rejects.toMatchObject({ code: 'invalid_argument' });
      await expect(cell.send('x', 1, { timeout: 'soon' })).rejects.toMatchObject({ code: 'invalid_argument' });
      await expect(join('a*')).rejects.toMatchObject({ code: 'invalid_argument' });
      await expect(join('x', { capacity: 0.5 })).rejects.toThrow('capacity of HELO must be a whole number');
    });

    test('because too much waits is told as busy, and is accepted later', async () => {
      transmitter = await startTransmitter({ limits: { tasksMax: 1 } });
      const [mail, web] = [await join('mail'), await join('web')];
      const held = new Inbox<{ message: TaskEvent; resp: Responder }>();
      await mail.on('x', hold(held));
      await web.raw.send('x');
      await expect(web.raw.send('x')).rejects.toMatchObject({ code: 'busy' });
      const answered = new Inbox<void>();
      await web.all.on('mail::x::success', () => answered.put());
      (await held.next()).resp.success();
      await answered.next();
      await web.raw.send('x');
    });
  });

  describe('the line', () => {
    test('to nobody is waited for no longer than told, and the error names who is missing', async () => {
      await transmitter.stop();
      const failure = await register('hello', transmitter.command, { sockets, timeout: 100 }).catch(
        (error: unknown) => error,
      );
      expect(failure).toBeInstanceOf(TimeoutError);
      expect((failure as TimeoutError).message).toMatch(
        new RegExp(
          `^hello/[0-9a-f]{8} waited [\\d.]+ m?s for a welcome from the transmitter at ${transmitter.command}, to which no line came about: is it running, `,
        ),
      );
    });

    test('to somebody who says nothing is waited for no longer, and the error tells that', async () => {
      const hellos = new Inbox<void>();
      const mute = sockets.router({ onMessage: () => hellos.put() });
      open.push(mute);
      const address = await mute.bind(anyAddress);
      const clock = new SimulatedClock();
      const failure = register('hello', address, { sockets, clock, timeout: 1000 }).catch((error: unknown) => error);
      await hellos.next();
      clock.advance(1000);
      expect(String(await failure)).toContain(
        `for a welcome from the transmitter at ${address}, which does not answer`,
      );
    });

    test('carries unconfirmed events in the order of their sender, among confirmed ones', async () => {
      const [web, mail] = [await join('web'), await join('mail')];
      const heard = new Inbox<ThynapseEvent>();
      await mail.all.on('web::*', (event) => heard.put(event));
      await mail.on('web::task', ({ data }) => data);
      const confirmed: Promise<string>[] = [];
      for (let i = 0; i < 5; i++) {
        web.cast('a', { i });
        web.cast('b', i);
        web.raw.cast('web::task', i);
        confirmed.push(web.send('c', i));
      }
      const id = await web.send('last', 'x', { confirm: false });
      const seqs: unknown[] = [];
      for (let event = await heard.next(); ; event = await heard.next()) {
        if (event.from === web.id) seqs.push(event.seq);
        if (event.channel === 'web::last') {
          expect(event).toMatchObject({ id, data: 'x', from: web.id });
          break;
        }
      }
      expect(seqs).toEqual(Array.from({ length: 21 }, (_, i) => i + 1));
      expect((await Promise.all(confirmed)).every(isThid)).toBe(true);
      await web.drained();
      expect(() => web.cast('x', () => undefined)).toThrow(
        expect.objectContaining({ code: 'encode_unsupported' }) as Error,
      );
      expect(() => web.cast('*', 1)).toThrow(expect.objectContaining({ code: 'bad_channel' }) as Error);
    });

    test('carries bytes as bytes, to listeners and to who handles them', async () => {
      const [web, mail] = [await join('web'), await join('mail')];
      const got = new Inbox<unknown>();
      await web.all.on('web::heard', ({ data }) => got.put(data));
      await mail.on('web::handled', ({ data }) => got.put(data));
      for (const channel of ['heard', 'handled']) {
        web.cast(channel, Uint8Array.of(1, 255));
        expect([...((await got.next()) as Uint8Array)]).toEqual([1, 255]);
      }
    });

    test('that was lost is made again: patterns, listeners and what was not confirmed come back', async () => {
      const { command, event } = transmitter;
      const [mail, web] = [await join('mail'), await join('web')];
      const heard = new Inbox<unknown>();
      await mail.on('x', ({ data }) => data);
      await web.all.on('news', ({ data }) => heard.put(data));
      await transmitter.stop();
      const asked = expect(web.request('y', 'kept')).rejects.toThrow(NoServiceError);
      const sent = web.raw.send('z', 'kept too');
      await mail.close({ timeout: 0 });
      transmitter = await startTransmitter({ command, event });
      const heir = await join('mail');
      await heir.on('x', ({ data }) => `heir has ${String(data)}`);
      expect(isThid(await sent)).toBe(true);
      await asked;
      expect(await web.request('x', 1)).toBe('heir has 1');
      await web.raw.send('news', 'heard');
      expect(await heard.next()).toBe('heard');
    });

    test('closing says goodbye after the handlers have finished', async () => {
      const [mail, web] = [await join('mail'), await join('web')];
      const taken = new Inbox<void>();
      let finish: () => void = () => undefined;
      const finished = new Promise<void>((resolve) => (finish = resolve));
      await mail.on('x', async () => {
        taken.put();
        await finished;
        return 'finished';
      });
      const answer = web.request('x');
      await taken.next();
      const closing = mail.close();
      const later = web.raw.send('x');
      finish();
      expect(await answer).toBe('finished');
      await closing;
      await later;
      await mail.close();
      await expect(mail.send('x')).rejects.toThrow(ClosedError);
      await expect(mail.on('y', () => undefined)).rejects.toThrow(ClosedError);
    });

    test('draining takes nothing more, finishes what is in hand, and names what does not end', async () => {
      const [mail, web] = [await join('mail'), await join('web')];
      const taken = new Inbox<{ message: TaskEvent; resp: Responder }>();
      await mail.on('x', hold(taken));
      await mail.all.answer('status', () => 'here');
      const answer = web.request('x');
      const { resp } = await taken.next();
      await expect(mail.drain({ timeout: 50 })).rejects.toThrow(
        /^mail\/[0-9a-f]{8} waited [\d.]+ m?s for the end of what it has in hand from its handlers$/,
      );
      const drained = mail.drain();
      await expect(web.request('x')).rejects.toThrow(NoServiceError);
      expect(await web.all.request('status')).toEqual([]);
      resp.success('done');
      expect(await answer).toBe('done');
      await drained;
      expect(isThid(await mail.send('still sends'))).toBe(true);
    });

    test('closing ends what is waited for', async () => {
      const [mail, web] = [await join('mail'), await join('web')];
      await mail.on('x', hold(new Inbox()));
      const answer = expect(web.request('x')).rejects.toThrow(ClosedError);
      await web.close();
      await answer;
      expect(web.waits.openCount).toBe(0);
    });
  });

  test('a cell in another language can catch with nothing but frames', async () => {
    const web = await join('web');
    const said = new Inbox<ReturnType<typeof read>>();
    const dealer = sockets.dealer({
      onMessage: (message) => {
        for (const bytes of message) said.put(read(bytes));
      },
    });
    open.push(dealer);
    dealer.connect(transmitter.command);
    dealer.send([
      encodeFrame('J', 'HELO', { id: thid('foreign'), service: 'upper' }),
      encodeFrame('J', 'CTCH', { pattern: 'upper::*', id: 'mine', confirm: true }),
    ]);
    expect((await said.next()).command).toBe('WLCM');
    expect(await said.next()).toEqual({ command: 'OKAY', payload: { re: 'mine' } });
    const answer = web.request('upper::case', 'abc');
    const { command, payload } = await said.next();
    expect(command).toBe('TASK');
    dealer.send([encodeFrame('J', 'DONE', { re: payload['id'], data: String(payload['data']).toUpperCase() })]);
    expect(await answer).toBe('ABC');
  });

  test('the topology shows services, cells and what they catch', async () => {
    const mail = await join('mail', { capacity: 7 });
    await mail.on('user::*', () => undefined);
    expect(transmitter.topology()).toMatchObject({
      transmitter: { id: transmitter.id, command: transmitter.command, event: transmitter.event },
      services: [{ name: 'mail', patterns: ['user::*'], cells: [{ id: mail.id, capacity: 7, inFlight: 0 }] }],
    });
  });
}
