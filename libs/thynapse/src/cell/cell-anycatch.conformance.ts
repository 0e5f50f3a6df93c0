import { isThid } from '@syncytium/codec';
import { Inbox } from '@syncytium/testkit';
import { describe, expect, test } from 'vitest';
import { NoServiceError } from '../errors.js';
import { hold, type CellWorld, type Taken } from '../testing/cell-world.js';
import type { ThynapseEvent } from '../wire/event.js';

/** Events that one cell of each service handles. */
export function anycatchConformance(world: CellWorld): void {
  describe('anycatch', () => {
    test('gives each event to exactly one cell of each service', async () => {
      const sender = await world.join('sender');
      const handled = new Map<string, string[]>();
      const all = new Inbox<void>();
      for (const service of ['mail', 'mail', 'mail', 'audit', 'audit']) {
        const cell = await world.join(service, { capacity: 3 });
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
      const [mail, watcher] = [await world.join('mail'), await world.join('watcher')];
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
      const [mail, web] = [await world.join('mail'), await world.join('web')];
      const answers: boolean[] = [];
      await mail.on('x', (_, resp) => {
        answers.push(resp.success(1), resp.success(2), resp.failure('no'));
        return 3;
      });
      expect(await web.request('x')).toBe(1);
      expect(answers).toEqual([true, false, false]);
    });

    test('tries again what failed, and publishes the failure and a dead letter in the end', async () => {
      await world.startTransmitter({ limits: { attempts: 3, retryDelayMs: 1 } });
      const [mail, watcher] = [await world.join('mail'), await world.join('watcher')];
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
      const mail = await world.join('mail');
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
      const [mail, web] = [await world.join('mail', { capacity: 2 }), await world.join('web')];
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
      const web = await world.join('web');
      const takers = new Map<string, Set<string>>();
      const order: unknown[] = [];
      let [running, most] = [0, 0];
      for (let i = 0; i < 3; i++) {
        const mail = await world.join('mail');
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
      const [doomed, web] = [await world.join('mail'), await world.join('web')];
      const taken = new Inbox<Taken>();
      await doomed.on('x', hold(taken));
      const answer = web.request('x', 'precious');
      const { id } = (await taken.next()).message;
      const heir = await world.join('mail');
      await heir.on('x', ({ attempt, data, id: sameId }) => [attempt, data, sameId]);
      await doomed.close({ timeout: 0 });
      expect(await answer).toEqual([2, 'precious', id]);
    });
  });
}
