import { AbortedError, silentLog, type Log } from '@syncytium/kit';
import { settle } from '@syncytium/testkit';
import type { Broker } from '@syncytium/transport';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sealEnvelope } from './wire/envelope.js';
import {
  FxpBadItemError,
  FxpRemoteError,
  FxpSessionEndedError,
  FxpTimeoutError,
  FxpUnaskedAnswerError,
} from './errors.js';
import type { FxpUnderTest } from './fxp.conformance.js';
import { Provider, type ServiceFunction } from './provider.js';
import { Requestor } from './requestor.js';
import type { Session } from './session/session.js';

const echo: ServiceFunction = async (session) => {
  for await (const input of session) await session.push(input);
};

/** Numbers from 1, as inputs. */
function* numbers(count: number): Generator<{ n: number }> {
  for (let n = 1; n <= count; n++) yield { n };
}

/** What sessions between parties of our kind promise beyond the original, over any broker. */
export function extendedConformance(name: string, openBroker: () => Promise<FxpUnderTest>): void {
  describe(`FXP's extensions over ${name}`, () => {
    let under: FxpUnderTest;
    let broker: Broker;
    let provider: Provider;
    let requestor: Requestor;
    let failures: unknown[];
    let run = 0;
    const own = (name: string): string => `${name}-${process.pid}-e${run}`;
    const log: Log = { ...silentLog, error: (_message, fields) => failures.push(fields?.['err']), child: () => log };

    beforeEach(async () => {
      run++;
      failures = [];
      under = await openBroker();
      broker = under.broker;
      provider = await Provider.connect(under.target, { log, name: 'toksys-7', partBytesMax: 1000 });
      requestor = await Requestor.connect(under.target, { name: 'fuse-1', partBytesMax: 1000 });
    });

    afterEach(async () => {
      await requestor.close();
      await provider.close();
      await under.close();
    });

    const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
      while (!(await isSo())) await settle();
    };
    const keys = ['offer', 'claim', 'claims', 'req2pro', 'pro2req'];
    const keysLeft = async (id: string, service: string): Promise<string[]> => {
      const there = await Promise.all(keys.map((key) => broker.exists(`${id}__${service}__${key}`)));
      return keys.filter((_, i) => there[i]);
    };

    describe('an end', () => {
      test("that the requestor says ends the service's iteration, whose last outputs still come", async () => {
        await provider.register(own('sum'), async (session) => {
          let sum = 0;
          for await (const { n } of session) sum += n as number;
          await session.push({ sum });
        });
        await using session = await requestor.open(own('sum'));
        for (const input of numbers(4)) await session.push(input);
        expect(session.phase).toBe('running');
        await session.end();
        await session.end();
        expect(session.phase).toBe('draining');
        await expect(session.push({ n: 5 })).rejects.toBeInstanceOf(FxpSessionEndedError);
        const outputs: unknown[] = [];
        for await (const output of session) outputs.push(output);
        expect(outputs).toEqual([{ sum: 10 }]);
        expect(session.phase).toBe('ended');
        await expect(session.pop()).rejects.toThrow('the provider is done');
      });

      test('of the service function ends the session for the requestor', async () => {
        await provider.register(own('two'), async (session) => {
          for (let n = 0; n < 2; n++) await session.push({ n });
        });
        await using session = await requestor.open(own('two'));
        const outputs: unknown[] = [];
        for await (const output of session) outputs.push(output);
        expect(outputs).toEqual([{ n: 0 }, { n: 1 }]);
        await expect(session.call({})).rejects.toBeInstanceOf(FxpSessionEndedError);
      });

      test('leaves no key behind, whoever is first', async () => {
        await provider.register(own('echo'), echo);
        for (const isEndedFirst of [true, false]) {
          const session = await requestor.open(own('echo'), { id: own('s') });
          await session.call({});
          if (isEndedFirst) {
            await session.end();
            await until(() => provider.sessionCount === 0);
          }
          await session.close();
          await until(() => provider.sessionCount === 0);
          expect(await keysLeft(own('s'), own('echo'))).toEqual([]);
        }
      });
    });

    describe('a failure of the service', () => {
      const failing = async (exposeStacks: boolean): Promise<FxpRemoteError> => {
        await provider.register(
          own('fragile'),
          async (session) => {
            await session.pop();
            throw new RangeError('broken on demand');
          },
          { exposeStacks },
        );
        await using session = await requestor.open(own('fragile'), { id: own('s') });
        const error: unknown = await session.call({}).catch((error: unknown) => error);
        expect(error).toBeInstanceOf(FxpRemoteError);
        await expect(session.call({})).rejects.toBe(error);
        await expect(session.pop()).rejects.toBe(error);
        return error as FxpRemoteError;
      };

      test('comes to the requestor, without its stack', async () => {
        const error = await failing(false);
        expect(error.remote).toEqual({ name: 'RangeError', message: 'broken on demand' });
        expect(error.message).toContain('failed: RangeError: broken on demand');
        await until(() => failures.length > 0);
        expect(failures).toEqual([expect.objectContaining({ message: 'broken on demand' })]);
      });

      test('comes with its stack where that is exposed', async () => {
        expect((await failing(true)).remote.stack).toContain('extended.conformance');
      });

      test('with a code brings the code and the details', async () => {
        await provider.register(own('picky'), async (session) => {
          await session.pop();
          throw new FxpBadItemError('K', 'is not to my taste');
        });
        await using session = await requestor.open(own('picky'));
        await session.push({});
        await expect(session.pop()).rejects.toMatchObject({
          code: 'fxp_remote',
          remote: { name: 'FxpBadItemError', code: 'fxp_bad_item', details: { key: 'K' } },
        });
      });
    });

    describe('a deadline', () => {
      test('that passes names the provider and what it did', async () => {
        await provider.register(own('stuck'), async (session) => {
          await session.push({ ...(await session.pop()) });
          await session.pop();
          await new Promise<void>((resolve) => (release = resolve));
        });
        let release = (): void => undefined;
        await using session = await requestor.open(own('stuck'), { id: own('s') });
        await session.call({ n: 1 });
        const error: unknown = await session.call({ n: 2 }, { timeout: 200 }).catch((error: unknown) => error);
        expect(error).toBeInstanceOf(FxpTimeoutError);
        expect((error as Error).message).toMatch(
          /for item 2 of .* from provider "toksys-7" claimed \d\.\d s ago, last heard \d\.\d s ago, popped item 2 and has not answered$/,
        );
        release();
      });

      test('says that an input was not even popped', async () => {
        await provider.register(own('lazy'), async () => {
          await new Promise<void>((resolve) => (release = resolve));
        });
        let release = (): void => undefined;
        await using session = await requestor.open(own('lazy'));
        await session.push({ n: 1 });
        await expect(session.pop({ timeout: 20 })).rejects.toThrow(/has popped nothing$/);
        release();
      });
    });

    describe('a stream', () => {
      const modes: readonly (readonly [string, { acknowledge?: boolean }, number])[] = [
        ['extended', {}, 1],
        ['extended, with prefetch', {}, 16],
        ['acknowledged', { acknowledge: true }, 1],
        ['acknowledged, with prefetch', { acknowledge: true }, 16],
      ];

      test.each(modes)('gives answers in the order of its inputs: %s', async (_mode, options, prefetch) => {
        await provider.register(own('echo'), echo, { prefetch });
        await using session = await requestor.open(own('echo'), options);
        const answers: unknown[] = [];
        for await (const answer of session.stream(numbers(200), { window: 7 })) answers.push(answer);
        expect(answers).toEqual([...numbers(200)]);
        expect(await session.call({ then: 'a call' })).toEqual({ then: 'a call' });
        expect(session.counts).toEqual({ pushed: 201, popped: 201 });
      });

      test('has no more inputs without an answer than its window', async () => {
        let asked = 0;
        function* inputs(): Generator<{ n: number }> {
          for (const input of numbers(50)) {
            asked++;
            yield input;
          }
        }
        await provider.register(own('echo'), echo);
        await using session = await requestor.open(own('echo'));
        let answered = 0;
        for await (const { n } of session.stream(inputs(), { window: 5 })) {
          expect(asked - answered).toBeLessThanOrEqual(6);
          answered = n as number;
        }
        expect(answered).toBe(50);
      });

      test('takes inputs that come by and by, and gives answers before the next comes', async () => {
        await provider.register(own('echo'), echo);
        await using session = await requestor.open(own('echo'));
        let give: (input: { n: number } | undefined) => void = () => undefined;
        async function* inputs(): AsyncGenerator<{ n: number }> {
          for (;;) {
            const input = await new Promise<{ n: number } | undefined>((resolve) => (give = resolve));
            if (!input) return;
            yield input;
          }
        }
        const stream = session.stream(inputs(), { window: 8 });
        for (let n = 1; n <= 3; n++) {
          const answer = stream.next();
          await settle();
          give({ n });
          expect(await answer).toEqual({ done: false, value: { n } });
        }
        const last = stream.next();
        await settle();
        give(undefined);
        expect(await last).toEqual({ done: true, value: undefined });
      });

      test('whose inputs fail gives the answers to those before, and then the failure', async () => {
        await provider.register(own('echo'), echo);
        await using session = await requestor.open(own('echo'));
        function* inputs(): Generator<{ n: number }> {
          yield* numbers(3);
          throw new Error('no more paper');
        }
        const answers: unknown[] = [];
        const reading = (async () => {
          for await (const answer of session.stream(inputs())) answers.push(answer);
        })();
        await expect(reading).rejects.toThrow('no more paper');
        expect(answers).toEqual([...numbers(3)]);
        expect(await session.call({ n: 9 })).toEqual({ n: 9 });
      });

      test('that is left early closes its inputs, and leaves the session as it is', async () => {
        let isClosed = false;
        function* inputs(): Generator<{ n: number }> {
          try {
            yield* numbers(1000);
          } finally {
            isClosed = true;
          }
        }
        await provider.register(own('echo'), echo);
        await using session = await requestor.open(own('echo'));
        for await (const { n } of session.stream(inputs(), { window: 10 })) if (n === 3) break;
        expect(isClosed).toBe(true);
        expect(await session.call({ after: true })).toEqual({ after: true });
        expect(requestor.waits.openCount).toBe(0);
      });

      test('that is aborted ends at once', async () => {
        await provider.register(own('silent'), async (session) => {
          while (!session.isEnded) await session.pop({ onTimeout: 'nothing' });
        });
        await using session = await requestor.open(own('silent'));
        const abort = new AbortController();
        const next = session.stream(numbers(10), { signal: abort.signal, timeout: 0 }).next();
        await until(() => requestor.waits.openCount === 10);
        abort.abort();
        await expect(next).rejects.toBeInstanceOf(AbortedError);
        expect(requestor.waits.openCount).toBe(0);
      });

      test('waits for each answer for so long', async () => {
        await provider.register(own('silent'), async (session) => {
          while (!session.isEnded) await session.pop({ onTimeout: 'nothing' });
        });
        await using session = await requestor.open(own('silent'));
        await expect(session.stream(numbers(2), { timeout: 30 }).next()).rejects.toBeInstanceOf(FxpTimeoutError);
      });

      test('has a window that can be', async () => {
        await provider.register(own('echo'), echo);
        await using session = await requestor.open(own('echo'));
        for (const window of [0, 1.5, 10_001])
          await expect(session.stream(numbers(1), { window }).next()).rejects.toMatchObject({
            details: { field: 'window' },
          });
      });
    });

    describe('a large item', () => {
      const reverse = async ({ raw }: Session): Promise<void> => {
        for await (const bytes of raw) await raw.push(Uint8Array.from(bytes).reverse());
      };
      const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 31) & 0xff);

      test.each([1000, 1001, 2000, 12_345])('travels in parts: %i bytes', async (length) => {
        await provider.register(own('reverse'), reverse);
        for (const acknowledge of [false, true]) {
          await using session = await requestor.open(own('reverse'), { acknowledge });
          const sent = bytes(length);
          expect(Buffer.from(await session.raw.call(sent)).equals(Buffer.from(sent).reverse())).toBe(true);
          expect(session.counts).toEqual({ pushed: 1, popped: 1 });
          const answers: number[] = [];
          const inputs = [bytes(10), bytes(length), bytes(3), bytes(length)];
          for await (const answer of session.raw.stream(inputs, { window: 4 })) answers.push(answer.length);
          expect(answers).toEqual([10, length, 3, length]);
        }
      });

      test('of any codec does', async () => {
        await provider.register(own('echo'), echo);
        await using session = await requestor.open(own('echo'));
        const item = { text: 'ö'.repeat(5000) };
        expect(await session.call(item)).toEqual(item);
      });

      test('keeps numeric arrays what they are', async () => {
        await provider.register(
          own('double'),
          async (session) => {
            for await (const input of session) await session.push((input as Float64Array).map((x) => 2 * x));
          },
          { codec: 'msgpack' },
        );
        await using session = await requestor.open(own('double'), { codec: 'msgpack' });
        const sent = Float64Array.from({ length: 5000 }, (_, i) => i / 7);
        expect(await session.call(sent)).toEqual(sent.map((x) => 2 * x));
      });
    });

    describe('an acknowledged session', () => {
      test('keeps an input in flight until it is answered', async () => {
        let answer = (): void => undefined;
        await provider.register(own('slow'), async (session) => {
          for await (const input of session) {
            await new Promise<void>((resolve) => (answer = resolve));
            await session.push(input);
          }
        });
        await using session = await requestor.open(own('slow'), { id: own('s'), acknowledge: true });
        expect(session.mode).toBe('acknowledged');
        const answered = session.call({ n: 1 });
        const inputs = `${own('s')}__${own('slow')}__req2pro`;
        let claims: string[] = [];
        const inFlight = async (): Promise<string[]> => {
          claims = (await broker.lrange(`${own('s')}__${own('slow')}__claims`, 0, -1)).map((claim) =>
            Buffer.from(claim).toString(),
          );
          const items = await Promise.all(
            claims.map((claim) => broker.lrange(`{${inputs}}__inflight__${claim}`, 0, -1)),
          );
          return items.flat().map((item) => Buffer.from(item).toString());
        };
        await until(async () => (await inFlight()).length === 1);
        expect(claims).toHaveLength(1);
        expect(await inFlight()).toEqual(['fxp1 item 1\n{"n":1}']);
        answer();
        expect(await answered).toEqual({ n: 1 });
        await until(async () => (await inFlight()).length === 0);
      });

      test('answers every input by one output', async () => {
        const errors: unknown[] = [];
        await provider.register(own('chatty'), async (session) => {
          await session.push({}).catch((error: unknown) => errors.push(error));
          await session.push(await session.pop());
          await session.push({}).catch((error: unknown) => errors.push(error));
        });
        await using session = await requestor.open(own('chatty'), { acknowledge: true });
        expect(await session.call({ n: 1 })).toEqual({ n: 1 });
        await expect(session.pop()).rejects.toBeInstanceOf(FxpSessionEndedError);
        expect(errors).toEqual([expect.any(FxpUnaskedAnswerError), expect.any(FxpUnaskedAnswerError)]);
      });

      test('drops what it has seen, and asks for what it lacks', async () => {
        await provider.register(own('echo'), echo, { prefetch: 4 });
        await using session = await requestor.open(own('echo'), { id: own('s'), acknowledge: true });
        expect(await session.call({ n: 1 })).toEqual({ n: 1 });
        const inputs = `${own('s')}__${own('echo')}__req2pro`;
        const outputs = `${own('s')}__${own('echo')}__pro2req`;
        const item = (seq: number, text: string): Uint8Array => sealEnvelope({ kind: 'item', seq }, Buffer.from(text));
        await broker.lpush(inputs, item(1, '{"n":"again"}'));
        await broker.lpush(outputs, item(1, '{"n":"again"}'));
        expect(await session.call({ n: 2 })).toEqual({ n: 2 });
        // Comes too early; the requestor says that it has never said it.
        await broker.lpush(inputs, item(4, '{"n":"early"}'));
        expect(await session.call({ n: 3 })).toEqual({ n: 3 });
        expect(await session.call({ n: 4 })).toEqual({ n: 'early' });
      });

      test('leaves no key behind', async () => {
        await provider.register(own('echo'), echo);
        const session = await requestor.open(own('echo'), { id: own('s'), acknowledge: true });
        await session.call({});
        await session.close();
        await until(() => provider.sessionCount === 0);
        expect(await keysLeft(own('s'), own('echo'))).toEqual([]);
      });
    });

    test('an output that cannot be said is refused where it is pushed, however many inputs wait', async () => {
      const errors: unknown[] = [];
      await provider.register(own('picky'), async (session) => {
        for await (const input of session) {
          await session.push({ n: NaN }).catch((error: unknown) => errors.push(error));
          await session.push(input);
        }
      });
      await using session = await requestor.open(own('picky'));
      const answers: unknown[] = [];
      for await (const answer of session.stream(numbers(40), { window: 20 })) answers.push(answer);
      expect(answers).toEqual([...numbers(40)]);
      expect(errors).toHaveLength(40);
      expect(errors[7]).toBeInstanceOf(FxpBadItemError);
    });

    test('an item without an envelope is refused, naming its list', async () => {
      await provider.register(own('silent'), async (session) => {
        while (!session.isEnded) await session.pop({ onTimeout: 'nothing' });
      });
      await using session = await requestor.open(own('silent'), { id: own('s') });
      const key = `${own('s')}__${own('silent')}__pro2req`;
      await broker.lpush(key, '{"plain":true}');
      await expect(session.pop()).rejects.toMatchObject({ code: 'fxp_bad_item', details: { key } });
    });
  });
}
