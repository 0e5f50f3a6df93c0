import { Inbox } from '@syncytium/testkit';
import { describe, expect, test } from 'vitest';
import type { CellWorld } from '../testing/cell-world.js';
import type { ThynapseEvent } from '../wire/event.js';
import type { Cell } from './cell.js';

/** Events that everybody hears who listens. */
export function multicatchConformance(world: CellWorld): void {
  describe('multicatch', () => {
    test('reaches every cell that listens, the sender too, with data, sender, count and time', async () => {
      const [one, other] = [await world.join('hello'), await world.join('world')];
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
      const cell = await world.join('hello');
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
      const sender = await world.join('sender');
      for (let i = 0; i < 10; i++) {
        const cell = await world.join('late');
        const inbox = new Inbox<unknown>();
        await cell.all.on('news::*', ({ data }) => inbox.put(data));
        sender.raw.send('news::x', i, { confirm: false }).catch(() => undefined);
        expect(await inbox.next()).toBe(i);
      }
    });

    test('keeps the order of a sender', async () => {
      const [sender, listener] = [await world.join('sender'), await world.join('listener')];
      const inbox = new Inbox<unknown>();
      await listener.all.on('sender::*', ({ data }) => inbox.put(data));
      const sent = Array.from({ length: 500 }, (_, i) => sender.send(`${i % 7}`, i, { confirm: i % 3 === 0 }));
      await Promise.all(sent);
      expect(await inbox.take(500)).toEqual(Array.from({ length: 500 }, (_, i) => i));
    });

    test('ends when the subscription is closed', async () => {
      const cell = await world.join('hello');
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
      const cell = await world.join('hello', { onError: (error) => errors.put(error) });
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
}
