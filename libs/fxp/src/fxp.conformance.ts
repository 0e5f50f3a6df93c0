import { AbortedError, silentLog, systemClock, WaitTable, type Log } from '@syncytium/kit';
import { settle } from '@syncytium/testkit';
import type { Broker } from '@syncytium/transport';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BrokerTarget } from './connect-broker.js';
import { FxpBadItemError, FxpNoProviderError, FxpSessionEndedError, FxpTimeoutError } from './errors.js';
import { Provider, type ServiceFunction } from './provider.js';
import { Requestor } from './requestor.js';

/** A broker with the parties of a test; each party connects to `target` on its own. */
export interface FxpUnderTest {
  readonly target: BrokerTarget;
  /** The same broker, for looking behind the parties. */
  readonly broker: Broker;
  close(): Promise<void>;
}

const echo: ServiceFunction = async (session) => {
  for await (const input of session) await session.push(input);
};

/** Waits for one item and answers nothing. */
const popOnce: ServiceFunction = async (session) => {
  await session.pop({ timeout: 0 });
};

/** Takes every item and answers none. */
const silent: ServiceFunction = async (session) => {
  while (!session.isEnded) await session.pop({ onTimeout: 'nothing' });
};

/** What FXP promises, over any broker. */
export function fxpConformance(name: string, openBroker: () => Promise<FxpUnderTest>): void {
  for (const extensions of [true, false]) fxpConformanceOf(name, extensions, openBroker);
}

function fxpConformanceOf(name: string, extensions: boolean, openBroker: () => Promise<FxpUnderTest>): void {
  describe(`FXP ${extensions ? 'with' : 'without'} extensions over ${name}`, () => {
    let under: FxpUnderTest;
    let broker: Broker;
    let provider: Provider;
    let requestor: Requestor;
    let providerWaits: WaitTable;
    let failures: unknown[];
    let run = 0;
    /** A name of this test's own: the broker may be shared. */
    const own = (name: string): string => `${name}-${process.pid}-${run}`;

    beforeEach(async () => {
      run++;
      failures = [];
      under = await openBroker();
      broker = under.broker;
      const log: Log = { ...silentLog, error: (_message, fields) => failures.push(fields?.['err']), child: () => log };
      providerWaits = new WaitTable({ system: 'provider', clock: systemClock });
      provider = await Provider.connect(under.target, { log, waits: providerWaits, extensions });
      requestor = await Requestor.connect(under.target, { extensions });
    });

    afterEach(async () => {
      await requestor.close();
      await provider.close();
      await under.close();
    });

    /** What the provider of a session would push as its output of that number, behind its claim. */
    const output = (seq: number, text: string): Buffer =>
      Buffer.from(extensions ? `fxp1 item ${seq}\n${text}` : text, 'latin1');

    const until = async (isSo: () => boolean): Promise<void> => {
      while (!isSo()) await settle();
    };

    describe('a session', () => {
      test('carries objects there and back', async () => {
        await provider.register(own('echo'), echo);
        await using session = await requestor.open(own('echo'), { id: own('s') });
        expect([session.id, session.service, session.role]).toEqual([own('s'), own('echo'), 'requestor']);
        const item = { string: 'wörld', bool: true, int: 1, float: 1.5, array: ['hello', false, 0, null], dict: {} };
        expect(await session.call(item)).toEqual(item);
        await session.push({ n: 1 });
        await session.push({ n: 2 });
        expect([await session.pop(), await session.pop()]).toEqual([{ n: 1 }, { n: 2 }]);
        expect(session.counts).toEqual({ pushed: 3, popped: 3 });
      });

      test('carries bytes as they are', async () => {
        await provider.register(own('reverse'), async ({ raw }) => {
          for await (const bytes of raw) await raw.push(Uint8Array.from(bytes).reverse());
        });
        await using session = await requestor.open(own('reverse'));
        expect(Buffer.from(await session.raw.call(Buffer.from([0, 255, 13, 10])))).toEqual(
          Buffer.from([10, 13, 255, 0]),
        );
        expect(await session.raw.call(new Uint8Array(0))).toHaveLength(0);
      });

      test('carries numeric arrays as binary, with MessagePack', async () => {
        await provider.register(
          own('double'),
          async (session) => {
            for await (const input of session) await session.push((input as Float64Array).map((x) => 2 * x));
          },
          { codec: 'msgpack' },
        );
        await using session = await requestor.open(own('double'), { codec: 'msgpack' });
        expect(await session.call(Float64Array.of(0.1, -1e300))).toEqual(Float64Array.of(0.2, -2e300));
      });

      test('does not mind others of the same service or the same provider', async () => {
        for (const service of ['a', 'b'])
          await provider.register(own(service), async (session) => {
            for await (const input of session) await session.push({ ...input, by: service, id: session.id });
          });
        const sessions = await Promise.all(
          Array.from({ length: 8 }, (_, i) => requestor.open(own(i % 2 === 0 ? 'a' : 'b'), { id: own(`s${i}`) })),
        );
        await until(() => provider.sessionCount === 8);
        const answers = await Promise.all(
          sessions.flatMap((session) => [session.call({ n: 1 }), session.call({ n: 2 })]),
        );
        expect(answers).toEqual(
          sessions.flatMap(({ id }, i) =>
            [1, 2].map((n) => ({ n, by: i % 2 === 0 ? 'a' : 'b', id: own(`s${i}`) && id })),
          ),
        );
      });

      test('has ids and services of any text', async () => {
        const service = own('dienst ü * [x] \\');
        await provider.register(service, echo);
        expect(await requestor.isAvailable(service)).toBe(true);
        await using session = await requestor.open(service, { id: own('sitzung__ß 1') });
        expect(await session.call({ a: 1 })).toEqual({ a: 1 });
      });

      test('begins without what an earlier one of its name left', async () => {
        await broker.lpush(`${own('s')}__${own('echo')}__req2pro`, '{"old":"input"}');
        await broker.lpush(`${own('s')}__${own('echo')}__pro2req`, '{"old":"output"}');
        await provider.register(own('echo'), echo);
        await using session = await requestor.open(own('echo'), { id: own('s') });
        expect(await session.call({ new: 'input' })).toEqual({ new: 'input' });
      });

      test('that a party closes takes and gives nothing more there', async () => {
        await provider.register(own('echo'), echo, { timeout: 0 });
        const session = await requestor.open(own('echo'));
        await session.call({});
        const popped = expect(session.pop()).rejects.toBeInstanceOf(FxpSessionEndedError);
        await session.close();
        await popped;
        await expect(session.push({})).rejects.toBeInstanceOf(FxpSessionEndedError);
        await expect(session.call({})).rejects.toBeInstanceOf(FxpSessionEndedError);
        for await (const item of session) expect(item).toBe('nothing comes of a closed session');
        expect(session.isEnded).toBe(true);
        // The original has no word for it.
        if (extensions) await until(() => provider.sessionCount === 0);
        else expect(provider.sessionCount).toBe(1);
      });
    });

    describe('peers of the original', () => {
      test('are served: keys and payloads are theirs', async () => {
        await provider.register(own('echo'), echo);
        const [id, service] = [own('ID'), own('echo')];
        expect(await broker.channels(service)).toEqual([service]);
        await broker.del(`${id}__${service}__pro2req`);
        await broker.del(`${id}__${service}__req2pro`);
        await broker.publish(service, id);
        const connection = await broker.connect();
        await connection.lpush(`${id}__${service}__req2pro`, '{"string": "hello", "array": [1, 2.5, null]}');
        const output = await connection.brpop(`${id}__${service}__pro2req`, { timeoutMs: 10_000 });
        expect(JSON.parse(Buffer.from(output!.value).toString())).toEqual({ string: 'hello', array: [1, 2.5, null] });
        await connection.close();
      });

      test('serve: keys and payloads are theirs', async () => {
        const service = own('theirs');
        const ids: string[] = [];
        const subscription = await broker.subscribe(service, (id) => ids.push(Buffer.from(id).toString()));
        await using session = await requestor.open(service, { id: own('ID') });
        await until(() => ids.length > 0);
        expect(ids).toEqual([own('ID')]);
        const answer = session.call({ n: 1 });
        const connection = await broker.connect();
        const input = await connection.brpop(`${ids[0]!}__${service}__req2pro`, { timeoutMs: 10_000 });
        expect(Buffer.from(input!.value).toString()).toBe('{"n":1}');
        await connection.lpush(`${ids[0]!}__${service}__pro2req`, '{"n": 2}');
        expect(await answer).toEqual({ n: 2 });
        await connection.close();
        await subscription.close();
      });
    });

    describe('a service', () => {
      test('is available while somebody provides it', async () => {
        expect(await requestor.isAvailable(own('x'))).toBe(false);
        const registration = await provider.register(own('x'), echo);
        expect(await requestor.isAvailable(own('x'))).toBe(true);
        const other = await Provider.connect(under.target, { extensions });
        await other.register(own('x'), echo);
        expect(await requestor.providerCount(own('x'))).toBe(2);
        expect(await requestor.isAvailable(own('x'))).toBe(true);
        expect(await requestor.services()).toContainEqual({ name: own('x'), providers: 2 });
        await other.close();
        expect(await requestor.providerCount(own('x'))).toBe(1);
        await registration.close();
        await registration.close();
        expect(await requestor.isAvailable(own('x'))).toBe(false);
        await provider.register(own('x'), echo);
        expect(await requestor.isAvailable(own('x'))).toBe(true);
      });

      test('is not available because one of a similar name is', async () => {
        await provider.register(own('axc'), echo);
        expect(await requestor.isAvailable(own('a?c'))).toBe(false);
        expect(await requestor.isAvailable('*')).toBe(false);
      });

      test('that nobody provides is refused at once', async () => {
        await expect(requestor.open(own('none'))).rejects.toBeInstanceOf(FxpNoProviderError);
      });

      test('is registered once by one provider', async () => {
        await provider.register(own('x'), echo);
        await expect(provider.register(own('x'), echo)).rejects.toMatchObject({ code: 'invalid_argument' });
      });

      test('has a name', async () => {
        await expect(provider.register('', echo)).rejects.toMatchObject({ details: { field: 'service' } });
        await expect(requestor.open('', {})).rejects.toMatchObject({ details: { field: 'service' } });
        await expect(requestor.open('x', { id: '' })).rejects.toMatchObject({ details: { field: 'id' } });
        await expect(requestor.open('x'.repeat(1025))).rejects.toMatchObject({ details: { field: 'service' } });
      });

      test('whose function throws ends that session, and goes on with the next', async () => {
        await provider.register(own('fragile'), async (session) => {
          const input = await session.pop();
          if (input['break'] === true) throw new Error('broken on demand');
          await session.push(input);
        });
        const bad = await requestor.open(own('fragile'));
        await bad.push({ break: true });
        await until(() => failures.length > 0);
        expect(failures).toEqual([expect.objectContaining({ message: 'broken on demand' })]);
        await using good = await requestor.open(own('fragile'));
        expect(await good.call({ ok: 1 })).toEqual({ ok: 1 });
      });

      test('whose function throws at once does not stop the provider either', async () => {
        await provider.register(own('fragile'), () => {
          throw new Error('not even begun');
        });
        await requestor.open(own('fragile'));
        await until(() => failures.length > 0 && provider.sessionCount === 0);
        expect(await requestor.isAvailable(own('fragile'))).toBe(true);
      });
    });

    describe('a wait', () => {
      test('that runs out names the key and who did not come', async () => {
        await provider.register(own('silent'), silent);
        await using session = await requestor.open(own('silent'), { id: own('s'), timeout: 20 });
        const error: unknown = await session.pop().catch((error: unknown) => error);
        expect(error).toBeInstanceOf(FxpTimeoutError);
        expect(error).toMatchObject({
          code: 'timeout',
          message: expect.stringContaining(
            `for item 1 of ${own('s')}__${own('silent')}__pro2req from ` +
              (extensions ? 'provider "' : `the provider of ${own('silent')}/${own('s')}`),
          ) as string,
          details: { key: `${own('s')}__${own('silent')}__pro2req`, pushed: 0, popped: 0 },
        });
        await expect(session.call({}, { timeout: '20ms' })).rejects.toBeInstanceOf(FxpTimeoutError);
      });

      test('that runs out may yield nothing instead', async () => {
        await provider.register(own('silent'), silent);
        await using session = await requestor.open(own('silent'));
        expect(await session.pop({ timeout: 10, onTimeout: 'nothing' })).toBeUndefined();
        expect(await session.raw.pop({ timeout: 10, onTimeout: 'nothing' })).toBeUndefined();
      });

      test('without items for the timeout ends an iteration, and with it the session', async () => {
        const received: unknown[] = [];
        await provider.register(
          own('short'),
          async (session) => {
            // The first one may take its time to come.
            received.push(await session.pop({ timeout: 0 }));
            for await (const input of session) received.push(input);
          },
          { timeout: 50 },
        );
        await using session = await requestor.open(own('short'));
        await session.push({ n: 1 });
        await until(() => received.length === 1 && provider.sessionCount === 0);
        expect(failures).toEqual([]);
      });

      test('is seen while it lasts', async () => {
        await provider.register(own('silent'), popOnce);
        await using session = await requestor.open(own('silent'), { id: own('s') });
        const popped = session.pop({ timeout: '1h', onTimeout: 'nothing' });
        await until(() => providerWaits.openCount === 1);
        expect(requestor.waits.list()).toEqual([
          expect.objectContaining({
            system: 'fxp',
            who: `requestor of ${own('silent')}/${own('s')}`,
            what: `item 1 of ${own('s')}__${own('silent')}__pro2req`,
            whom: [`provider of ${own('silent')}/${own('s')}`],
          }),
        ]);
        expect(providerWaits.list()[0]).toMatchObject({
          who: `provider of ${own('silent')}/${own('s')}`,
          whom: [`requestor of ${own('silent')}/${own('s')}`],
          until: null,
        });
        await broker.lpush(`${own('s')}__${own('silent')}__pro2req`, output(1, '{}'));
        expect(await popped).toEqual({});
        // The claim had been awaited before.
        expect(requestor.waits.counts()).toMatchObject({ open: 0, done: extensions ? 2 : 1 });
      });

      test('is given up by a signal, and takes nothing', async () => {
        await provider.register(own('silent'), popOnce);
        await using session = await requestor.open(own('silent'), { id: own('s') });
        const abort = new AbortController();
        const popped = expect(session.pop({ signal: abort.signal })).rejects.toBeInstanceOf(AbortedError);
        await until(() => requestor.waits.openCount === 1);
        abort.abort();
        await popped;
        await broker.lpush(`${own('s')}__${own('silent')}__pro2req`, output(1, '{"still":"there"}'));
        expect(await session.pop()).toEqual({ still: 'there' });
        await expect(session.call({}, { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(AbortedError);
        expect(requestor.waits.counts()).toMatchObject({ open: 0, cancelled: extensions ? 1 : 2 });
      });
    });

    describe('calls', () => {
      test('do not get the late answers of calls that were given up', async () => {
        const service = own('slow');
        let id = '';
        const subscription = await broker.subscribe(service, (message) => (id = Buffer.from(message).toString()));
        await using session = await requestor.open(service, { id: own('s') });
        await until(() => id !== '');
        for (const n of [1, 2])
          await expect(session.call({ n }, { timeout: 10 })).rejects.toBeInstanceOf(FxpTimeoutError);
        const third = session.call({ n: 3 });
        for (const n of [1, 2, 3]) await broker.lpush(`${id}__${service}__pro2req`, `{"n":${n}}`);
        expect(await third).toEqual({ n: 3 });

        const [fourth, fifth, sixth] = [
          session.call({ n: 4 }, { timeout: 10 }),
          session.call({ n: 5 }),
          session.call({ n: 6 }),
        ];
        await expect(fourth).rejects.toBeInstanceOf(FxpTimeoutError);
        for (const n of [4, 5, 6]) await broker.lpush(`${id}__${service}__pro2req`, `{"n":${n}}`);
        expect([await fifth, await sixth]).toEqual([{ n: 5 }, { n: 6 }]);
        expect(await broker.llen(`${id}__${service}__pro2req`)).toBe(0);
        await subscription.close();
      });

      test('of a stream are many at once, and their answers in order', async () => {
        await provider.register(own('echo'), echo);
        await using session = await requestor.open(own('echo'));
        const inputs = Array.from({ length: 50 }, (_, n) => ({ n }));
        const answers: unknown[] = [];
        for await (const answer of session.stream(inputs, { window: 8 })) answers.push(answer);
        expect(answers).toEqual(inputs);
        for await (const { n } of session.stream(inputs, { window: 8 })) if (n === 5) break;
        expect(await session.call({ after: 'a stream that was left' })).toEqual({ after: 'a stream that was left' });
        expect(requestor.waits.openCount).toBe(0);
      });

      test('that cannot be made leave the session as it was', async () => {
        await provider.register(own('x'), silent);
        await using session = await requestor.open(own('x'), { id: own('s') });
        await expect(session.call({ n: NaN })).rejects.toBeInstanceOf(FxpBadItemError);
        await broker.set(`${own('s')}__${own('x')}__req2pro`, 'not a list');
        await expect(session.call({ n: 1 })).rejects.toMatchObject({ code: 'broker_wrong_type' });
        await broker.del(`${own('s')}__${own('x')}__req2pro`);
        expect(session.counts).toEqual({ pushed: 0, popped: 0 });
        const answer = session.call({ n: 2 });
        await broker.lpush(`${own('s')}__${own('x')}__pro2req`, output(1, '{"n":2}'));
        expect(await answer).toEqual({ n: 2 });
        await until(() => session.counts.pushed === 1);
        expect(session.counts).toEqual({ pushed: 1, popped: 1 });
      });
    });

    describe('items', () => {
      test('that are no JSON objects are not sent', async () => {
        await provider.register(own('echo'), echo);
        await using session = await requestor.open(own('echo'));
        for (const item of [[1], null, 'text', 5, { when: new Date() }])
          await expect(session.push(item as never)).rejects.toBeInstanceOf(FxpBadItemError);
        expect(session.counts.pushed).toBe(0);
      });

      test('that are no JSON objects are refused, naming their list', async () => {
        await provider.register(own('x'), silent);
        await using session = await requestor.open(own('x'), { id: own('s') });
        const key = `${own('s')}__${own('x')}__pro2req`;
        for (const [i, item] of ['{"a":', '[1]', '"text"', '\xff'].entries()) {
          await broker.lpush(key, output(i + 1, item));
          await expect(session.pop()).rejects.toMatchObject({ code: 'fxp_bad_item', details: { key } });
        }
        await broker.lpush(key, output(5, '{"good":1}'));
        expect(await session.pop()).toEqual({ good: 1 });
      });
    });

    describe('a provider', () => {
      test('that drains takes no more sessions and lets those that run go on', async () => {
        await provider.register(own('echo'), echo, { timeout: 0 });
        const running = await requestor.open(own('echo'), { id: own('s') });
        await running.call({ n: 1 });
        let isDrained = false;
        const drained = provider.drain().then(() => (isDrained = true));
        await until(() => !isDrained);
        while (await requestor.isAvailable(own('echo'))) await settle();
        await expect(requestor.open(own('echo'))).rejects.toBeInstanceOf(FxpNoProviderError);
        expect(await running.call({ n: 2 })).toEqual({ n: 2 });
        expect(isDrained).toBe(false);
        await provider.close();
        await drained;
      });

      test('that is closed ends its sessions in peace', async () => {
        let ended = 0;
        await provider.register(
          own('echo'),
          async (session) => {
            await echo(session);
            ended++;
          },
          { timeout: 0 },
        );
        await using session = await requestor.open(own('echo'), { id: own('s') });
        await session.call({ n: 1 });
        await provider.close();
        await provider.close();
        expect(ended).toBe(1);
        expect(failures).toEqual([]);
        await session.push({ n: 2 });
        // Nobody took it.
        expect(await broker.llen(`${own('s')}__${own('echo')}__req2pro`)).toBe(1);
        await expect(provider.register(own('y'), echo)).rejects.toMatchObject({ code: 'closed' });
      });

      test.runIf(extensions)('takes so many sessions at once and no more', async () => {
        const small = await Provider.connect(under.target, { capacity: 1, name: 'small' });
        await small.register(own('one'), echo, { timeout: 0 });
        const first = await requestor.open(own('one'));
        await first.call({});
        const second = requestor.open(own('one'), { claimTimeout: 50 });
        await expect(second).rejects.toMatchObject({
          code: 'timeout',
          message: expect.stringContaining('small has 1 of 1 sessions') as string,
        });
        expect(small.sessionCount).toBe(1);
        await small.close();
      });
    });
  });
}
