import { AbortedError, silentLog, type Log } from '@syncytium/kit';
import { settle, SimulatedClock } from '@syncytium/testkit';
import type { Broker, Subscription } from '@syncytium/transport';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  FxpClaimTimeoutError,
  FxpLeaseLostError,
  FxpNoProviderError,
  FxpPeerLostError,
  FxpSessionTimeoutError,
} from './errors.js';
import type { FxpUnderTest } from './fxp.conformance.js';
import { Provider, type ProviderOptions, type ServiceFunction } from './provider.js';
import { Requestor } from './requestor.js';

/** Who serves which session, and who finds whom, over any broker. */
export function membershipConformance(name: string, openBroker: () => Promise<FxpUnderTest>): void {
  describe(`FXP's membership over ${name}`, () => {
    let under: FxpUnderTest;
    let broker: Broker;
    let requestor: Requestor;
    let providers: Provider[];
    /** Which provider served which session, as they began. */
    let served: string[];
    let failures: unknown[];
    let run = 0;
    const own = (name: string): string => `${name}-${process.pid}-m${run}`;
    const log: Log = { ...silentLog, error: (_message, fields) => failures.push(fields?.['err']), child: () => log };

    beforeEach(async () => {
      run++;
      failures = [];
      served = [];
      providers = [];
      under = await openBroker();
      broker = under.broker;
      requestor = await Requestor.connect(under.target, { name: 'fuse-1' });
    });

    afterEach(async () => {
      await requestor.close();
      await Promise.all(providers.map((provider) => provider.close()));
      await under.close();
    });

    const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
      while (!(await isSo())) await settle();
    };
    const echoBy =
      (name: string): ServiceFunction =>
      async (session) => {
        served.push(`${name} ${session.id}`);
        for await (const input of session) await session.push({ ...input, by: name });
      };
    const addProvider = async (name: string, options: ProviderOptions = {}): Promise<Provider> => {
      const provider = await Provider.connect(under.target, { log, name, claimStepMs: 300, ...options });
      providers.push(provider);
      await provider.register(own('x'), echoBy(name), { timeout: '1m' });
      return provider;
    };
    const claimKey = (): string => `${own('s')}__${own('x')}__claim`;
    const offerKey = (): string => `${own('s')}__${own('x')}__offer`;

    describe('of several providers', () => {
      test('exactly one serves a session', async () => {
        for (const name of ['a', 'b', 'c']) await addProvider(name, { claimStepMs: 0 });
        const sessions = await Promise.all(
          Array.from({ length: 9 }, (_, i) => requestor.open(own('x'), { id: own(`s${i}`) })),
        );
        for (const session of sessions) {
          const answers = [await session.call({ n: 1 }), await session.call({ n: 2 })];
          expect(answers.map(({ n }) => n)).toEqual([1, 2]);
          expect(new Set(answers.map(({ by }) => by)).size).toBe(1);
        }
        expect(served.map((line) => line.split(' ')[1]).sort()).toEqual(sessions.map(({ id }) => id).sort());
      });

      test('exactly one serves a session of a plain requestor, and holds a claim for so long', async () => {
        for (const name of ['a', 'b']) await addProvider(name);
        const plain = await Requestor.connect(under.target, { extensions: false });
        const session = await plain.open(own('x'), { id: own('s') });
        const answers = [await session.call({ n: 1 }), await session.call({ n: 2 })];
        expect(answers.map(({ n }) => n)).toEqual([1, 2]);
        expect(session.mode).toBe('plain');
        expect(served).toHaveLength(1);
        expect(await broker.exists(claimKey())).toBe(true);
        expect(await broker.exists(offerKey())).toBe(false);
        await plain.close();
        await Promise.all(providers.map((provider) => provider.close()));
        expect(await broker.exists(claimKey())).toBe(false);
      });

      test('the least busy one does', async () => {
        await addProvider('a', { load: () => 0.5 });
        await addProvider('b', { capacity: 2 });
        await addProvider('c', { load: () => 0.9 });
        const by: unknown[] = [];
        for (let i = 0; i < 3; i++) {
          const session = await requestor.open(own('x'));
          by.push((await session.call({}))['by']);
          await until(async () => {
            const { providers } = await requestor.providers(own('x'));
            return providers.reduce((sum, { sessions }) => sum + (sessions ?? 0), 0) === i + 1;
          });
        }
        // As busy as a after one session, b comes second by its name.
        expect(by).toEqual(['b', 'a', 'a']);
      });

      test('all are listed, and those of another kind are counted', async () => {
        await addProvider('b', { version: '2.1', capacity: 10 });
        await addProvider('a', { load: () => 7 });
        const foreign = await broker.subscribe(own('x'), () => undefined);
        const list = await requestor.providers(own('x'));
        expect(list.foreign).toBe(1);
        expect(list.providers).toMatchObject([
          { provider: 'a', version: '', sessions: 0, capacity: 1000, draining: false, load: 7, pid: process.pid },
          { provider: 'b', version: '2.1', sessions: 0, capacity: 10, draining: false, load: 0, pid: process.pid },
        ]);
        await foreign.close();
        expect((await requestor.providers(own('x'))).foreign).toBe(0);
        await Promise.all(providers.map((provider) => provider.close()));
        expect(await requestor.providers(own('x'))).toEqual({ providers: [], foreign: 0 });
      });

      test('none is a service of its own', async () => {
        await addProvider('a');
        await addProvider('b');
        const services = await requestor.services();
        expect(services.filter(({ name }) => name.includes(own('x')))).toEqual([{ name: own('x'), providers: 2 }]);
      });
    });

    describe('a session that nobody takes', () => {
      test('is given up in time, naming every provider and its state', async () => {
        const [full, draining] = [await addProvider('full', { capacity: 1, load: () => 0 }), await addProvider('old')];
        const first = await requestor.open(own('x'));
        expect((await first.call({}))['by']).toBe('full');
        await requestor.open(own('x'));
        const drained = draining.drain();
        await until(async () => (await requestor.providerCount(own('x'))) === 1);
        const error: unknown = await requestor
          .open(own('x'), { id: own('s'), claimTimeout: 100 })
          .catch((error: unknown) => error);
        expect(error).toBeInstanceOf(FxpClaimTimeoutError);
        expect((error as Error).message).toContain(
          `for a claim of its session from the providers of ${own('x')}: full has 1 of 1 sessions, old is draining`,
        );
        expect(await broker.exists(offerKey())).toBe(false);
        expect(requestor.waits.counts()).toMatchObject({ open: 0, timeout: 1 });
        await requestor.close();
        await drained;
        expect(full.isDraining).toBe(false);
      });

      test('is given up by a signal, and leaves nothing behind', async () => {
        await addProvider('small', { capacity: 1 });
        await requestor.open(own('x'));
        const abort = new AbortController();
        const opening = requestor.open(own('x'), { id: own('s'), signal: abort.signal });
        const aborted = expect(opening).rejects.toBeInstanceOf(AbortedError);
        await until(() => requestor.waits.openCount === 1);
        abort.abort();
        await aborted;
        expect(await broker.exists(offerKey())).toBe(false);
        expect(requestor.waits.counts()).toMatchObject({ open: 0, cancelled: 1 });
      });
    });

    describe('a provider that drains', () => {
      test('takes no session, finishes its own, and is seen to', async () => {
        const old = await addProvider('old');
        const session = await requestor.open(own('x'), { id: own('s') });
        await session.call({});
        const drained = old.drain();
        await until(async () => (await requestor.providers(own('x'))).providers[0]?.draining === true);
        expect(await requestor.isAvailable(own('x'))).toBe(false);
        expect(old.waits.list()).toContainEqual(
          expect.objectContaining({
            who: 'provider "old"',
            what: 'the end of its sessions',
            whom: [`requestor of ${own('x')}/${own('s')}`],
            mode: 'all',
          }),
        );
        await until(async () => (await requestor.providerCount(own('x'))) === 0);
        await expect(requestor.open(own('x'))).rejects.toThrow(
          `nobody provides the service ${own('x')} (old is draining)`,
        );
        const fresh = await addProvider('fresh');
        expect((await (await requestor.open(own('x'))).call({}))['by']).toBe('fresh');
        expect((await session.call({}))['by']).toBe('old');
        await expect(old.register(own('y'), () => undefined)).rejects.toMatchObject({ code: 'closed' });
        await session.close();
        await drained;
        const { providers } = await requestor.providers(own('x'));
        expect(providers.map(({ provider }) => provider)).toEqual([fresh.id.provider]);
      });

      test('is waited for only until a signal fires', async () => {
        const old = await addProvider('old');
        const session = await requestor.open(own('x'));
        const abort = new AbortController();
        const drained = expect(old.drain({ signal: abort.signal })).rejects.toBeInstanceOf(AbortedError);
        abort.abort();
        await drained;
        expect(old.waits.counts()).toMatchObject({ cancelled: 1 });
        expect((await session.call({}))['by']).toBe('old');
      });
    });

    describe('an id that is opened again', () => {
      test('by a plain requestor is served anew, too', async () => {
        await addProvider('a');
        const plain = await Requestor.connect(under.target, { extensions: false });
        for (let n = 0; n < 3; n++) {
          const session = await plain.open(own('x'), { id: own('s') });
          await until(() => served.length === n + 1);
          expect(await session.call({ n })).toMatchObject({ n });
          await session.close();
        }
        await plain.close();
      });

      test('is not kept by the claim of a provider that died', async () => {
        await addProvider('a');
        const dead = { provider: 'dead', instance: '00000000', claim: '0123456789ab', opening: '', at: 0 };
        await broker.set(claimKey(), JSON.stringify(dead), { ttlMs: 60_000 });
        const session = await requestor.open(own('x'), { id: own('s') });
        expect((await session.call({}))['by']).toBe('a');
      });

      test('by a plain requestor waits for the claim of a provider that died to lapse', async () => {
        await addProvider('a');
        const dead = { provider: 'dead', instance: '00000000', claim: '0123456789ab', opening: '', at: 0 };
        await broker.set(claimKey(), JSON.stringify(dead), { ttlMs: 100 });
        const plain = await Requestor.connect(under.target, { extensions: false });
        const session = await plain.open(own('x'), { id: own('s') });
        expect((await session.call({}))['by']).toBe('a');
        await plain.close();
      });
    });

    describe('as time passes, a party that is gone', () => {
      /** The parties' time, which passes as fast as the broker answers; the broker's own passes as it does. */
      let clock: SimulatedClock;

      beforeEach(async () => {
        clock = new SimulatedClock();
        await requestor.close();
        requestor = await Requestor.connect(under.target, { name: 'fuse-1', clock });
      });

      /** Lets time pass until it is so, and the broker answer at every hundredth of a lease. */
      const passing = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
        while (!(await isSo())) {
          await clock.advanceAsync(100);
          await broker.exists('none');
        }
      };

      test('is found out by the other: a provider whose claim lapsed', async () => {
        const provider = await addProvider('a', { clock });
        const session = await requestor.open(own('x'), { id: own('s'), timeout: 0 });
        await session.call({});
        const popped = session.pop();
        await broker.del(claimKey());
        let error: unknown;
        popped.catch((reason: unknown) => (error = reason));
        await passing(() => error !== undefined);
        expect(error).toBeInstanceOf(FxpPeerLostError);
        expect((error as Error).message).toMatch(
          /^session .* has lost provider "a" claimed .* s ago, last heard .* s ago, gone by now: its lease of 10000 ms/,
        );
        await expect(session.call({})).rejects.toBe(error);
        await passing(() => provider.sessionCount === 0);
      });

      test('is named with the item that it had popped', async () => {
        const provider = await Provider.connect(under.target, { log, name: 'a', clock });
        providers.push(provider);
        let release = (): void => undefined;
        let hasPopped = false;
        await provider.register(own('x'), async (session) => {
          await session.pop();
          hasPopped = true;
          await new Promise<void>((resolve) => (release = resolve));
        });
        const session = await requestor.open(own('x'), { id: own('s'), timeout: 0 });
        let error: unknown;
        session.call({}).catch((reason: unknown) => (error = reason));
        await until(() => hasPopped);
        await broker.del(claimKey());
        await passing(() => error !== undefined);
        expect((error as Error).message).toMatch(
          /provider "a" claimed .*, popped item 1 and has not answered: its lease/,
        );
        release();
      });

      test('is none that serves an acknowledged session again, while its service function still works', async () => {
        const provider = await Provider.connect(under.target, { log, name: 'a', clock });
        providers.push(provider);
        let release = (): void => undefined;
        let begun = 0;
        const serve: ServiceFunction = async (session) => {
          const input = await session.pop();
          if (begun++ === 0) await new Promise<void>((resolve) => (release = resolve));
          await session.push(input);
        };
        await provider.register(own('x'), serve, { timeout: 0 });
        const session = await requestor.open(own('x'), { id: own('s'), acknowledge: true, timeout: 0 });
        let answer: unknown;
        session.call({ n: 1 }).then(
          (output) => (answer = output),
          (error: unknown) => (answer = error),
        );
        await until(() => begun === 1);
        await broker.del(claimKey());
        await passing(() => answer !== undefined);
        expect(answer).toEqual({ n: 1 });
        release();
      });

      test('is found out by the other: a requestor whose offer lapsed', async () => {
        const provider = await addProvider('a', { clock });
        // It opens by hand, and never renews.
        const offer = {
          fxp: 1,
          opening: '0123456789ab',
          requestor: 'r',
          acknowledge: false,
          claimed: false,
          leaseMs: 10_000,
          expiryMs: 1000,
        };
        await broker.set(offerKey(), JSON.stringify(offer), { ttlMs: 60_000 });
        await broker.publish(own('x'), own('s'));
        await passing(() => served.length === 1);
        await broker.del(offerKey());
        await passing(() => provider.sessionCount === 0);
        expect(await broker.exists(claimKey())).toBe(false);
        expect(failures).toEqual([]);
      });

      test('is none that makes its offer again', async () => {
        await addProvider('a', { clock });
        const session = await requestor.open(own('x'), { id: own('s') });
        await session.call({});
        await broker.del(offerKey());
        await passing(() => broker.exists(offerKey()));
        expect((await session.call({}))['by']).toBe('a');
      });

      test('is one whose claim another provider has', async () => {
        const provider = await addProvider('a', { clock });
        const session = await requestor.open(own('x'), { id: own('s') });
        await session.call({});
        const other = { provider: 'b', instance: '00000000', claim: '0123456789ab', opening: '', at: 0 };
        await broker.set(claimKey(), JSON.stringify(other), { ttlMs: 60_000 });
        await passing(() => provider.sessionCount === 0);
        // What is another's stays.
        expect(Buffer.from((await broker.get(claimKey()))!).toString()).toBe(JSON.stringify(other));
        await broker.del(claimKey());
      });

      test('is one whose session was opened anew, which is served', async () => {
        await addProvider('a', { clock });
        await addProvider('b', { clock, claimStepMs: 0 });
        const first = await requestor.open(own('x'), { id: own('s') });
        await first.call({ n: 1 });
        const second = await requestor.open(own('x'), { id: own('s') });
        expect(await second.call({ n: 2 })).toMatchObject({ n: 2 });
        let error: unknown;
        first.pop({ timeout: 0 }).catch((reason: unknown) => (error = reason));
        await passing(() => error !== undefined);
        expect(error).toBeInstanceOf(FxpLeaseLostError);
        expect(await second.call({ n: 3 })).toMatchObject({ n: 3 });
        expect(served).toHaveLength(2);
      });

      test('takes a session later when it has room for it again', async () => {
        await addProvider('small', { capacity: 1, clock });
        const first = await requestor.open(own('x'));
        const second = requestor.open(own('x'), { claimTimeout: '60s' });
        await until(() => requestor.waits.openCount === 1);
        expect(requestor.waits.list()).toMatchObject([{ what: 'a claim of its session', whom: ['provider "small"'] }]);
        await first.close();
        await passing(() => served.length === 2);
        expect((await (await second).call({}))['by']).toBe('small');
      });
    });

    describe('providers of another kind', () => {
      let foreign: Subscription;
      let ids: string[];

      beforeEach(async () => {
        ids = [];
        foreign = await broker.subscribe(own('x'), (id) => ids.push(Buffer.from(id).toString()));
      });

      afterEach(() => foreign.close());

      test('get plain sessions', async () => {
        await using session = await requestor.open(own('x'), { id: own('s') });
        await until(() => ids.length === 1);
        expect([session.mode, await broker.exists(offerKey())]).toEqual(['plain', false]);
      });

      test('are left alone with plain sessions by providers of ours', async () => {
        const provider = await addProvider('a');
        await using session = await requestor.open(own('x'), { id: own('s') });
        expect(session.mode).toBe('plain');
        await until(() => ids.length === 1);
        await session.push({ n: 1 });
        const line = await broker.connect();
        const input = await line.brpop(`${own('s')}__${own('x')}__req2pro`);
        expect(Buffer.from(input!.value).toString()).toBe('{"n":1}');
        await line.close();
        expect([served, provider.sessionCount]).toEqual([[], 0]);
      });

      test('do not acknowledge', async () => {
        const opening = requestor.open(own('x'), { acknowledge: true });
        await expect(opening).rejects.toThrow(`nobody provides the service ${own('x')} and acknowledges`);
        await expect(opening).rejects.toBeInstanceOf(FxpNoProviderError);
        const plain = await Requestor.connect(under.target, { extensions: false });
        await expect(plain.open(own('x'), { acknowledge: true })).rejects.toMatchObject({
          details: { field: 'acknowledge' },
        });
        await plain.close();
      });
    });

    test('a provider without extensions gets plain sessions, and leaves no trace but its subscription', async () => {
      await addProvider('plain', { extensions: false });
      await using session = await requestor.open(own('x'), { id: own('s') });
      expect((await session.call({}))['by']).toBe('plain');
      expect(session.mode).toBe('plain');
      expect(await requestor.providers(own('x'))).toEqual({ providers: [], foreign: 1 });
      expect([await broker.exists(claimKey()), await broker.exists(offerKey())]).toEqual([false, false]);
    });

    test('a session ends when all its time has passed, whatever its parties do', async () => {
      await addProvider('a');
      const session = await requestor.open(own('x'), { sessionTimeout: 50, timeout: 0 });
      const error: unknown = await session.pop().catch((error: unknown) => error);
      expect(error).toBeInstanceOf(FxpSessionTimeoutError);
      expect((error as Error).message).toContain(
        'waited 50 ms for the end of its session from provider "a" claimed 0.',
      );
      await until(() => requestor.waits.openCount === 0);
    });

    test('a party has a name that tells it from others', async () => {
      await expect(Provider.connect(under.target, { name: 'a__b' })).rejects.toMatchObject({
        details: { field: 'name' },
      });
      await expect(Requestor.connect(under.target, { name: '' })).rejects.toMatchObject({ details: { field: 'name' } });
      await expect(Provider.connect(under.target, { leaseMs: 0 })).rejects.toMatchObject({
        details: { field: 'leaseMs' },
      });
      await expect(Provider.connect(under.target, { capacity: 0 })).rejects.toMatchObject({
        details: { field: 'capacity' },
      });
      const open = requestor.open(own('x'), { id: 'a}', acknowledge: true });
      await expect(open).rejects.toMatchObject({ details: { field: 'id' } });
    });
  });
}
