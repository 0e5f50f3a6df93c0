import { AbortedError, ClosedError, InvalidArgumentError } from '@syncytium/kit';
import { Inbox } from '@syncytium/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Broker, Popped } from './broker.js';
import type { BrokerErrorCode } from './errors.js';

/** What the suite needs beside a broker: ways to see and to move what a client cannot. */
export interface BrokerUnderTest {
  readonly broker: Broker;
  /** Lets so much of the broker's own time pass. */
  elapse(ms: number): Promise<void>;
  /** Resolves when so many pops wait in the broker. */
  waiting(count: number): Promise<void>;
  /** Whether `publish` counts every subscriber (it does, unless told); a cluster counts those of one node. */
  readonly countsReceivers?: boolean;
  /** Closes the broker and whatever is behind it. */
  close(): Promise<void>;
}

/** Every promise of the {@link Broker} interface, for any driver. */
export function brokerConformance(name: string, open: () => Promise<BrokerUnderTest>): void {
  describe(`${name} as a broker`, () => {
    let under: BrokerUnderTest;
    let broker: Broker;
    let run = 0;
    /** A name of this test's own: the broker behind a driver may be shared. In a cluster, all are of one slot. */
    const own = (name: string): string => `{conformance:${process.pid}:${run}}:${name}`;
    const expectReceivers = async (published: Promise<number>, count: number): Promise<void> => {
      const receivers = await published;
      if (under.countsReceivers ?? true) expect(receivers).toBe(count);
    };

    beforeEach(async () => {
      run++;
      under = await open();
      broker = under.broker;
    });

    afterEach(async () => {
      await under.close();
    });

    const failsWith = async (work: Promise<unknown>, code: BrokerErrorCode): Promise<void> => {
      await expect(work).rejects.toMatchObject({ code });
    };

    describe('keys', () => {
      test('a key that was never set holds nothing', async () => {
        expect(await broker.exists(own('k'))).toBe(false);
        expect(await broker.get(own('k'))).toBeUndefined();
        expect(await broker.ttl(own('k'))).toBeUndefined();
        expect(await broker.expire(own('k'), 1000)).toBe(false);
        expect(await broker.del(own('k'))).toBe(0);
        expect(await broker.llen(own('k'))).toBe(0);
        expect(await broker.lpop(own('k'))).toBeUndefined();
        expect(await broker.lrange(own('k'), 0, -1)).toEqual([]);
      });

      test('a value is given back byte for byte', async () => {
        const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i);
        for (const value of [everyByte, new Uint8Array(0), Buffer.from('\r\n$-1\r\n')]) {
          expect(await broker.set(own('k'), value)).toBe(true);
          expect(Buffer.from((await broker.get(own('k')))!)).toEqual(Buffer.from(value));
        }
      });

      test('text is kept as UTF-8, in keys and in values', async () => {
        await broker.set(own('schlüssel ключ 🔑'), 'wört');
        expect(Buffer.from((await broker.get(own('schlüssel ключ 🔑')))!).toString()).toBe('wört');
        expect(await broker.exists(own('schlussel ключ 🔑'))).toBe(false);
      });

      test('del counts only keys that existed', async () => {
        await broker.set(own('a'), '1');
        await broker.lpush(own('b'), '2');
        expect(await broker.del(own('a'), own('none'), own('b'), own('a'))).toBe(2);
        expect(await broker.exists(own('a'))).toBe(false);
        expect(await broker.del()).toBe(0);
      });

      test('onlyIf decides whether a value is set', async () => {
        expect(await broker.set(own('k'), '1', { onlyIf: 'present' })).toBe(false);
        expect(await broker.set(own('k'), '1', { onlyIf: 'absent' })).toBe(true);
        expect(await broker.set(own('k'), '2', { onlyIf: 'absent' })).toBe(false);
        expect(await text(broker.get(own('k')))).toBe('1');
        expect(await broker.set(own('k'), '3', { onlyIf: 'present' })).toBe(true);
        expect(await text(broker.get(own('k')))).toBe('3');
      });

      test('a key is gone when its time has passed, and not before', async () => {
        await broker.set(own('short'), 'x', { ttlMs: 100 });
        await broker.set(own('long'), 'x', { ttlMs: 60_000 });
        await broker.lpush(own('list'), 'x');
        expect(await broker.expire(own('list'), 100)).toBe(true);
        expect(await broker.exists(own('short'))).toBe(true);
        await under.elapse(200);
        expect(await broker.exists(own('short'))).toBe(false);
        expect(await broker.llen(own('list'))).toBe(0);
        expect(await broker.exists(own('long'))).toBe(true);
        const left = (await broker.ttl(own('long')))!;
        expect(left).toBeGreaterThan(0);
        expect(left).toBeLessThanOrEqual(59_900);
      });

      test('setting a value again takes its expiry away', async () => {
        await broker.set(own('k'), 'x', { ttlMs: 60_000 });
        await broker.set(own('k'), 'y');
        expect(await broker.ttl(own('k'))).toBeUndefined();
      });

      test('a key holds one kind of value', async () => {
        await broker.set(own('string'), 'x');
        await broker.lpush(own('list'), 'x');
        await failsWith(broker.lpush(own('string'), 'y'), 'broker_wrong_type');
        await failsWith(broker.llen(own('string')), 'broker_wrong_type');
        await failsWith(broker.get(own('list')), 'broker_wrong_type');
        await failsWith(broker.lmove(own('list'), own('string'), 'left', 'left'), 'broker_wrong_type');
        expect(await broker.llen(own('list'))).toBe(1);
        expect(await broker.set(own('list'), 'now a string')).toBe(true);
      });
    });

    describe('lists', () => {
      test('lpush puts one value after the other at the head, rpush at the tail', async () => {
        expect(await broker.lpush(own('l'), 'b', 'a')).toBe(2);
        expect(await broker.rpush(own('l'), 'c', 'd')).toBe(4);
        expect(await texts(broker.lrange(own('l'), 0, -1))).toEqual(['a', 'b', 'c', 'd']);
        expect(await broker.llen(own('l'))).toBe(4);
      });

      test('lpop takes from the head, rpop from the tail', async () => {
        await broker.rpush(own('l'), 'a', 'b', 'c');
        expect(await text(broker.lpop(own('l')))).toBe('a');
        expect(await text(broker.rpop(own('l')))).toBe('c');
        expect(await texts(broker.lrange(own('l'), 0, -1))).toEqual(['b']);
      });

      test('a list that becomes empty is no more', async () => {
        await broker.lpush(own('l'), 'a');
        await broker.lpop(own('l'));
        expect(await broker.exists(own('l'))).toBe(false);
        await broker.set(own('l'), 'a string now');
      });

      test('lmove takes from one end and puts at another', async () => {
        await broker.rpush(own('a'), '1', '2', '3');
        await broker.rpush(own('b'), 'x');
        expect(await text(broker.lmove(own('a'), own('b'), 'left', 'right'))).toBe('1');
        expect(await text(broker.lmove(own('a'), own('b'), 'right', 'left'))).toBe('3');
        expect(await texts(broker.lrange(own('b'), 0, -1))).toEqual(['3', 'x', '1']);
        expect(await texts(broker.lrange(own('a'), 0, -1))).toEqual(['2']);
        expect(await broker.lmove(own('none'), own('b'), 'left', 'left')).toBeUndefined();
      });

      test('lmove within one list turns it', async () => {
        await broker.rpush(own('l'), '1', '2', '3');
        expect(await text(broker.lmove(own('l'), own('l'), 'left', 'right'))).toBe('1');
        expect(await texts(broker.lrange(own('l'), 0, -1))).toEqual(['2', '3', '1']);
      });

      test('lrange counts negative positions from the tail and keeps within the list', async () => {
        await broker.rpush(own('l'), 'a', 'b', 'c', 'd');
        expect(await texts(broker.lrange(own('l'), 1, 2))).toEqual(['b', 'c']);
        expect(await texts(broker.lrange(own('l'), -2, -1))).toEqual(['c', 'd']);
        expect(await texts(broker.lrange(own('l'), -100, 100))).toEqual(['a', 'b', 'c', 'd']);
        expect(await texts(broker.lrange(own('l'), 3, 1))).toEqual([]);
        expect(await texts(broker.lrange(own('l'), 9, 10))).toEqual([]);
      });

      test('lrem removes so many equal values from the asked end, or all', async () => {
        await broker.rpush(own('l'), 'x', 'a', 'x', 'b', 'x', 'c', 'x');
        expect(await broker.lrem(own('l'), 1, 'x')).toBe(1);
        expect(await texts(broker.lrange(own('l'), 0, -1))).toEqual(['a', 'x', 'b', 'x', 'c', 'x']);
        expect(await broker.lrem(own('l'), -1, 'x')).toBe(1);
        expect(await texts(broker.lrange(own('l'), 0, -1))).toEqual(['a', 'x', 'b', 'x', 'c']);
        expect(await broker.lrem(own('l'), 0, 'x')).toBe(2);
        expect(await broker.lrem(own('l'), 0, 'none')).toBe(0);
        expect(await texts(broker.lrange(own('l'), 0, -1))).toEqual(['a', 'b', 'c']);
      });

      test('ltrim keeps a range, counted as by lrange, and nothing of an empty one', async () => {
        const trimmed = async (start: number, stop: number): Promise<string[]> => {
          await broker.del(own('l'));
          await broker.rpush(own('l'), 'a', 'b', 'c', 'd');
          await broker.ltrim(own('l'), start, stop);
          return texts(broker.lrange(own('l'), 0, -1));
        };
        expect(await trimmed(1, 2)).toEqual(['b', 'c']);
        expect(await trimmed(0, -2)).toEqual(['a', 'b', 'c']);
        expect(await trimmed(-100, 100)).toEqual(['a', 'b', 'c', 'd']);
        expect(await trimmed(4, 4)).toEqual([]);
        expect(await broker.exists(own('l'))).toBe(false);
        await broker.ltrim(own('none'), 0, 1);
        await broker.set(own('string'), 'x');
        await failsWith(broker.ltrim(own('string'), 0, 1), 'broker_wrong_type');
      });

      test('a value of several megabytes is given back byte for byte', async () => {
        const value = Buffer.alloc(5_000_003, 'syncytium');
        await broker.lpush(own('l'), value);
        expect(value.equals((await broker.rpop(own('l')))!)).toBe(true);
      });

      test('large and small values of one command, and of others about it, arrive each as it is', async () => {
        const connection = await broker.connect();
        const large = [70_000, 1_000_000].map((size) => Buffer.alloc(size, 'größe'));
        const values = ['text ü', large[0]!, '', Buffer.alloc(0), large[1]!, Buffer.from([0, 255, 13, 10])];
        const before = connection.set(own('k'), 'before');
        const pushed = connection.rpush(own('l ü'), ...values);
        const after = connection.set(own('k'), large[0]!);
        expect(await Promise.all([before, pushed, after])).toEqual([true, values.length, true]);
        const got = await broker.lrange(own('l ü'), 0, -1);
        expect(got.map((value, i) => Buffer.from(values[i]!).equals(value))).toEqual(values.map(() => true));
        expect(large[0]!.equals((await broker.get(own('k')))!)).toBe(true);
      });

      test('a value is kept as it was when it was pushed', async () => {
        const value = Buffer.from('before');
        await broker.lpush(own('l'), value);
        value.write('after!');
        expect(await text(broker.lpop(own('l')))).toBe('before');
      });
    });

    describe('a connection', () => {
      test('has every command that does not wait', async () => {
        const connection = await broker.connect();
        expect(await connection.set(own('k'), 'v', { onlyIf: 'absent', ttlMs: 60_000 })).toBe(true);
        expect(await connection.set(own('k'), 'w', { onlyIf: 'absent' })).toBe(false);
        expect(await text(connection.get(own('k')))).toBe('v');
        expect(await connection.ttl(own('k'))).toBeGreaterThan(59_000);
        expect(await connection.expire(own('k'), 30_000)).toBe(true);
        expect(await connection.ttl(own('k'))).toBeLessThanOrEqual(30_000);
        expect(await connection.exists(own('k'))).toBe(true);
        expect(await connection.rpush(own('l'), 'a', 'b', 'c')).toBe(3);
        expect(await connection.lpush(own('l'), 'x', 'y')).toBe(5);
        expect(await text(connection.lpop(own('l')))).toBe('y');
        expect(await text(connection.rpop(own('l')))).toBe('c');
        expect(await text(connection.lmove(own('l'), own('m'), 'left', 'right'))).toBe('x');
        expect(await connection.llen(own('l'))).toBe(2);
        expect(await connection.lrem(own('l'), 0, 'a')).toBe(1);
        await connection.ltrim(own('m'), 1, -1);
        expect(await texts(connection.lrange(own('l'), 0, -1))).toEqual(['b']);
        expect(await connection.del(own('k'), own('l'), own('m'))).toBe(2);
        expect(await connection.del()).toBe(0);
        const inbox = new Inbox<Uint8Array>();
        await broker.subscribe(own('x'), inbox.put);
        await expectReceivers(connection.publish(own('x'), 'm'), 1);
        expect(Buffer.from(await inbox.next()).toString()).toBe('m');
      });

      test('executes pushes, trims and pops in the order of the calls', async () => {
        const connection = await broker.connect();
        await broker.rpush(own('in flight'), 'old');
        const pushed = connection.lpush(own('out'), 'answer');
        const kept = connection.expire(own('out'), 60_000);
        const trimmed = connection.ltrim(own('in flight'), 0, -2);
        const popped = connection.blmove(own('in'), own('in flight'), 'right', 'left');
        const length = connection.llen(own('in flight'));
        await under.waiting(1);
        expect(await Promise.all([pushed, kept])).toEqual([1, true]);
        await trimmed;
        expect(await broker.llen(own('in flight'))).toBe(0);
        await broker.lpush(own('in'), 'next');
        expect(Buffer.from((await popped)!).toString()).toBe('next');
        expect(await length).toBe(1);
      });

      test('has several pops wait, each in its turn', async () => {
        const connection = await broker.connect();
        const pops = [1, 2, 3].map(() => connection.brpop(own('l')));
        await under.waiting(1);
        await broker.lpush(own('l'), 'one', 'two');
        expect(shown(await pops[0])[1]).toBe('one');
        expect(shown(await pops[1])[1]).toBe('two');
        await broker.lpush(own('l'), 'three');
        expect(shown(await pops[2])[1]).toBe('three');
      });

      test('gives values to pops in the order of the calls, whichever of them are aborted meanwhile', async () => {
        const connection = await broker.connect();
        for (let round = 0; round < 30; round++) {
          const values = ['1', '2', '3', '4', '5', '6'];
          const aborts = values.map(() => new AbortController());
          const pops = aborts.map(({ signal }) =>
            connection.brpop(own('l'), { signal }).catch((error: unknown) => {
              if (!(error instanceof AbortedError)) throw error;
              return undefined;
            }),
          );
          if (round % 3 === 0) await under.waiting(1);
          const pushed = broker.lpush(own('l'), ...values.slice(0, (round % 6) + 1));
          for (const [i, abort] of aborts.entries()) if ((round * 7 + i * 5) % 3 !== 0) abort.abort();
          await pushed;
          for (const abort of aborts) abort.abort();
          const taken = (await Promise.all(pops)).flatMap((popped) => (popped ? [shown(popped)[1]] : []));
          const left = (await texts(broker.lrange(own('l'), 0, -1))).reverse();
          expect([...taken, ...left]).toEqual(values.slice(0, (round % 6) + 1));
          await broker.del(own('l'));
        }
      });

      test('has any of several waiting pops aborted, and the others go on', async () => {
        const connection = await broker.connect();
        const aborts = [0, 1, 2, 3].map(() => new AbortController());
        const answers: string[] = [];
        const pops = aborts.map(({ signal }, i) =>
          connection.brpop(own('l'), { signal }).then(
            (popped) => answers.push(`${i}: ${shown(popped)[1]}`),
            (error: unknown) => answers.push(`${i}: ${error instanceof AbortedError ? 'aborted' : String(error)}`),
          ),
        );
        await under.waiting(1);
        aborts[2]?.abort();
        aborts[0]?.abort();
        await pops[0];
        await broker.lpush(own('l'), 'a');
        await pops[1];
        await broker.lpush(own('l'), 'b');
        await Promise.all(pops);
        expect(answers).toEqual(['0: aborted', '1: a', '2: aborted', '3: b']);
        expect(await broker.exists(own('l'))).toBe(false);
      });
    });

    describe('waiting pops', () => {
      test('a value that is there is taken at once, from the tail of the first list that has one', async () => {
        const connection = await broker.connect();
        await broker.lpush(own('b'), '1', '2');
        await broker.lpush(own('c'), '3');
        expect(shown(await connection.brpop([own('a'), own('b'), own('c')]))).toEqual([own('b'), '1']);
        expect(shown(await connection.brpop(own('c')))).toEqual([own('c'), '3']);
      });

      test('a pop of empty lists waits for a value', async () => {
        const connection = await broker.connect();
        const popped = connection.brpop([own('a'), own('b')]);
        await under.waiting(1);
        expect(await broker.lpush(own('b'), 'late')).toBe(1);
        expect(shown(await popped)).toEqual([own('b'), 'late']);
        expect(await broker.exists(own('b'))).toBe(false);
      });

      test('those who wait for one list are served in the order they came', async () => {
        const served: string[] = [];
        const pops: Promise<unknown>[] = [];
        for (const who of ['first', 'second', 'third']) {
          const connection = await broker.connect();
          pops.push(connection.brpop(own('l')).then((popped) => served.push(`${who} ${shown(popped)[1]}`)));
          await under.waiting(pops.length);
        }
        for (const value of ['1', '2', '3']) await broker.lpush(own('l'), value);
        await Promise.all(pops);
        expect(served.sort()).toEqual(['first 1', 'second 2', 'third 3']);
      });

      test('several values of one lpush serve several who wait', async () => {
        const [one, two] = [await broker.connect(), await broker.connect()];
        const first = one.brpop(own('l'));
        await under.waiting(1);
        const second = two.brpop(own('l'));
        await under.waiting(2);
        expect(await broker.lpush(own('l'), 'a', 'b', 'c')).toBe(3);
        expect(shown(await first)[1]).toBe('a');
        expect(shown(await second)[1]).toBe('b');
        expect(await texts(broker.lrange(own('l'), 0, -1))).toEqual(['c']);
      });

      test('who waits for several lists is served once, by the first that gets a value', async () => {
        const connection = await broker.connect();
        const popped = connection.brpop([own('a'), own('b')]);
        await under.waiting(1);
        await broker.lpush(own('b'), 'of b');
        await broker.lpush(own('a'), 'of a');
        expect(shown(await popped)).toEqual([own('b'), 'of b']);
        expect(await broker.llen(own('a'))).toBe(1);
      });

      test('a value that is moved on serves whoever waits behind', async () => {
        const [one, two, three] = [await broker.connect(), await broker.connect(), await broker.connect()];
        const last = three.brpop(own('c'));
        const first = one.blmove(own('a'), own('b'), 'right', 'left');
        const second = two.blmove(own('b'), own('c'), 'right', 'left');
        await under.waiting(3);
        await broker.lpush(own('a'), 'v');
        expect(Buffer.from((await first)!).toString()).toBe('v');
        expect(Buffer.from((await second)!).toString()).toBe('v');
        expect(shown(await last)).toEqual([own('c'), 'v']);
        expect(await broker.exists(own('b'))).toBe(false);
      });

      test('blmove of a value that is there does not wait', async () => {
        const connection = await broker.connect();
        await broker.rpush(own('a'), '1', '2');
        const moved = await connection.blmove(own('a'), own('b'), 'left', 'right', { timeoutMs: 1 });
        expect(Buffer.from(moved!).toString()).toBe('1');
        expect(await texts(broker.lrange(own('b'), 0, -1))).toEqual(['1']);
      });

      test('a wait whose value cannot be moved fails and leaves the value', async () => {
        const connection = await broker.connect();
        const moved = connection.blmove(own('a'), own('string'), 'left', 'left');
        const failure = failsWith(moved, 'broker_wrong_type');
        await under.waiting(1);
        await broker.set(own('string'), 'x');
        await broker.lpush(own('a'), 'v');
        await failure;
        expect(await texts(broker.lrange(own('a'), 0, -1))).toEqual(['v']);
      });

      test('a wait ends without a value when its time has passed', async () => {
        const connection = await broker.connect();
        const popped = connection.brpop(own('l'), { timeoutMs: 50 });
        const moved = (await broker.connect()).blmove(own('l'), own('m'), 'left', 'left', { timeoutMs: 50 });
        await under.waiting(2);
        await under.elapse(100);
        expect(await popped).toBeUndefined();
        expect(await moved).toBeUndefined();
        await broker.lpush(own('l'), 'still there');
        expect(await broker.llen(own('l'))).toBe(1);
      });

      test('an aborted wait takes nothing', async () => {
        const connection = await broker.connect();
        const abort = new AbortController();
        const popped = connection.brpop(own('l'), { signal: abort.signal });
        const failure = expect(popped).rejects.toBeInstanceOf(AbortedError);
        await under.waiting(1);
        abort.abort();
        await failure;
        await broker.lpush(own('l'), 'v');
        expect(await broker.llen(own('l'))).toBe(1);
        expect(shown(await connection.brpop(own('l')))[1]).toBe('v');
      });

      test('a signal that fired before keeps a pop from taking what is there', async () => {
        const connection = await broker.connect();
        await broker.lpush(own('l'), 'v');
        await expect(connection.brpop(own('l'), { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(AbortedError);
        expect(await broker.llen(own('l'))).toBe(1);
      });

      test('no value is lost between an abort and a push', async () => {
        const connection = await broker.connect();
        for (let round = 0; round < 20; round++) {
          const abort = new AbortController();
          const popped = connection.brpop(own('l'), { signal: abort.signal }).catch((error: unknown) => {
            if (!(error instanceof AbortedError)) throw error;
            return undefined;
          });
          if (round % 2 === 0) await under.waiting(1);
          const pushed = broker.lpush(own('l'), `${round}`);
          abort.abort();
          const value = await popped;
          await pushed;
          const left = value ? [] : await texts(broker.lrange(own('l'), 0, -1));
          expect(value ? [shown(value)[1]] : left).toEqual([`${round}`]);
          await broker.del(own('l'));
        }
      });

      test('aborting one of two pops of a connection leaves the other', async () => {
        const connection = await broker.connect();
        const abort = new AbortController();
        const first = connection.brpop(own('a'));
        const second = connection.brpop(own('b'), { signal: abort.signal });
        const failure = expect(second).rejects.toBeInstanceOf(AbortedError);
        await under.waiting(1);
        abort.abort();
        await broker.lpush(own('a'), 'v');
        expect(shown(await first)[1]).toBe('v');
        await failure;
        await broker.lpush(own('b'), 'w');
        expect(await broker.llen(own('b'))).toBe(1);
      });

      test('closing a connection ends its wait and takes nothing', async () => {
        const connection = await broker.connect();
        const failure = expect(connection.brpop(own('l'))).rejects.toBeInstanceOf(ClosedError);
        await under.waiting(1);
        await connection.close();
        await failure;
        await broker.lpush(own('l'), 'v');
        expect(await broker.llen(own('l'))).toBe(1);
        await expect(connection.lpush(own('l'), 'w')).rejects.toBeInstanceOf(ClosedError);
        await connection.close();
      });

      test('commands of a connection are executed in the order of the calls', async () => {
        const connection = await broker.connect();
        const pushed = connection.lpush(own('a'), '1');
        const popped = connection.brpop(own('a'));
        expect(await pushed).toBe(1);
        expect(shown(await popped)[1]).toBe('1');

        const waiting = connection.brpop(own('b'));
        const behind = connection.lpush(own('c'), 'behind the wait');
        await under.waiting(1);
        expect(await broker.llen(own('c'))).toBe(0);
        await broker.lpush(own('b'), '2');
        expect(shown(await waiting)[1]).toBe('2');
        expect(await behind).toBe(1);
      });

      test('a waiting connection holds up no other', async () => {
        const connection = await broker.connect();
        const waiting = connection.brpop(own('a'));
        await under.waiting(1);
        await broker.set(own('k'), 'v');
        const other = await broker.connect();
        expect(await other.lpush(own('a'), 'x')).toBe(1);
        expect(shown(await waiting)[1]).toBe('x');
      });

      test('a list of the wrong kind is not waited for', async () => {
        const connection = await broker.connect();
        await broker.set(own('string'), 'x');
        await failsWith(connection.brpop([own('a'), own('string')]), 'broker_wrong_type');
      });
    });

    describe('channels', () => {
      test('every subscriber gets every message in order, byte for byte', async () => {
        const [one, two] = [new Inbox<Uint8Array>(), new Inbox<Uint8Array>()];
        await broker.subscribe(own('x'), one.put);
        await broker.subscribe(own('x'), two.put);
        const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i);
        await expectReceivers(broker.publish(own('x'), 'text'), 2);
        await expectReceivers(broker.publish(own('x'), everyByte), 2);
        for (const inbox of [one, two]) {
          expect(Buffer.from(await inbox.next()).toString()).toBe('text');
          expect(Buffer.from(await inbox.next())).toEqual(Buffer.from(everyByte));
        }
      });

      test('a message goes to its own channel only', async () => {
        const [x, y] = [new Inbox<Uint8Array>(), new Inbox<Uint8Array>()];
        await broker.subscribe(own('x'), x.put);
        await broker.subscribe(own('y'), y.put);
        await broker.publish(own('y'), 'for y');
        await broker.publish(own('x'), 'for x');
        expect(Buffer.from(await y.next()).toString()).toBe('for y');
        expect(Buffer.from(await x.next()).toString()).toBe('for x');
        expect(x.size + y.size).toBe(0);
      });

      test('nobody gets a message published to nobody', async () => {
        expect(await broker.publish(own('x'), 'lost')).toBe(0);
      });

      test('a closed subscription gets nothing more', async () => {
        const [closed, open] = [new Inbox<Uint8Array>(), new Inbox<Uint8Array>()];
        const subscription = await broker.subscribe(own('x'), closed.put);
        await broker.subscribe(own('x'), open.put);
        await subscription.close();
        await subscription.close();
        await expectReceivers(broker.publish(own('x'), 'm'), 1);
        await open.next();
        expect(closed.size).toBe(0);
      });

      test('channels are listed while they have subscribers', async () => {
        const [a, b] = [await broker.subscribe(own('a'), ignore), await broker.subscribe(own('b'), ignore)];
        await broker.subscribe(own('b'), ignore);
        expect((await broker.channels(own('*'))).sort()).toEqual([own('a'), own('b')]);
        expect(await broker.channels(own('[^a]'))).toEqual([own('b')]);
        expect(await broker.channels()).toEqual(expect.arrayContaining([own('a'), own('b')]));
        expect(await broker.subscriberCount(own('b'))).toBe(2);
        expect(await broker.subscriberCount(own('none'))).toBe(0);
        await a.close();
        await b.close();
        expect(await broker.channels(own('*'))).toEqual([own('b')]);
        expect(await broker.subscriberCount(own('b'))).toBe(1);
      });

      test('a channel name is any text', async () => {
        const inbox = new Inbox<Uint8Array>();
        await broker.subscribe(own('dienst ü 🔧'), inbox.put);
        await broker.publish(own('dienst ü 🔧'), 'm');
        expect(Buffer.from(await inbox.next()).toString()).toBe('m');
        expect(await broker.channels(own('dienst*'))).toEqual([own('dienst ü 🔧')]);
      });
    });

    describe('misuse and the end', () => {
      test('arguments that make no sense are named', async () => {
        const connection = await broker.connect();
        const invalid = async (work: () => Promise<unknown>, field: string): Promise<void> => {
          const error: unknown = await work().catch((error: unknown) => error);
          expect(error).toBeInstanceOf(InvalidArgumentError);
          expect((error as InvalidArgumentError).details).toMatchObject({ field });
        };
        await invalid(() => broker.lpush(own('l')), 'values');
        await invalid(() => broker.rpush(own('l')), 'values');
        await invalid(() => connection.lpush(own('l')), 'values');
        await invalid(() => connection.brpop([]), 'keys');
        await invalid(() => connection.brpop(own('l'), { timeoutMs: -1 }), 'timeoutMs');
        await invalid(() => connection.brpop(own('l'), { timeoutMs: Infinity }), 'timeoutMs');
        await invalid(() => broker.set(own('k'), 'v', { ttlMs: 0 }), 'ttlMs');
        await invalid(() => broker.expire(own('k'), NaN), 'ttlMs');
        await invalid(() => broker.lrange(own('l'), 0.5, 1), 'start');
        await invalid(() => broker.ltrim(own('l'), 0, NaN), 'stop');
        await invalid(() => connection.ltrim(own('l'), 0.5, 1), 'start');
        await invalid(() => connection.set(own('k'), 'v', { ttlMs: -1 }), 'ttlMs');
        await invalid(() => broker.lrem(own('l'), Infinity, 'v'), 'count');
      });

      test('closing ends waits, connections and subscriptions, and refuses everything after', async () => {
        const inbox = new Inbox<Uint8Array>();
        const connection = await broker.connect();
        await broker.subscribe(own('x'), inbox.put);
        const failure = expect(connection.brpop(own('l'))).rejects.toBeInstanceOf(ClosedError);
        await under.waiting(1);
        const closed = broker.close();
        const refusals = [broker.lpush(own('l'), 'v'), broker.connect(), broker.subscribe(own('x'), ignore)];
        await Promise.all(refusals.map((refused) => expect(refused).rejects.toBeInstanceOf(ClosedError)));
        await closed;
        await failure;
        await expect(broker.lpush(own('l'), 'v')).rejects.toBeInstanceOf(ClosedError);
        await expect(broker.publish(own('x'), 'm')).rejects.toBeInstanceOf(ClosedError);
        await expect(broker.subscribe(own('x'), ignore)).rejects.toBeInstanceOf(ClosedError);
        await expect(broker.connect()).rejects.toBeInstanceOf(ClosedError);
        await expect(connection.brpop(own('l'))).rejects.toBeInstanceOf(ClosedError);
        await broker.close();
        expect(inbox.size).toBe(0);
        expect(broker.lost.aborted).toBe(false);
      });
    });
  });
}

const ignore = (): void => undefined;

async function text(value: Promise<Uint8Array | undefined>): Promise<string | undefined> {
  const bytes = await value;
  return bytes && Buffer.from(bytes).toString();
}

async function texts(values: Promise<Uint8Array[]>): Promise<string[]> {
  return (await values).map((bytes) => Buffer.from(bytes).toString());
}

function shown(popped: Popped | undefined): [key: string | undefined, value: string] {
  return [popped?.key, Buffer.from(popped?.value ?? []).toString()];
}
