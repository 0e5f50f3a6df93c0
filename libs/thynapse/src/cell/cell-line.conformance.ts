import { isThid } from '@syncytium/codec';
import { ClosedError, TimeoutError } from '@syncytium/kit';
import { Inbox, SimulatedClock } from '@syncytium/testkit';
import { describe, expect, test } from 'vitest';
import { NoServiceError, RefusedError } from '../errors.js';
import { register } from '../register.js';
import { hold, type CellWorld, type Taken } from '../testing/cell-world.js';
import type { ThynapseEvent } from '../wire/event.js';

/** What is refused, and what becomes of lines. */
export function lineConformance(world: CellWorld): void {
  describe('what is refused', () => {
    test('is told to the sender with the reason', async () => {
      const cell = await world.join('hello');
      await expect(cell.raw.send('a*')).rejects.toMatchObject({ code: 'bad_channel' });
      await expect(cell.raw.send('thynapse::x')).rejects.toThrow(RefusedError);
      await expect(cell.send('x', { when: new Date() })).rejects.toMatchObject({ code: 'encode_unsupported' });
      await expect(cell.on('', () => undefined)).rejects.toMatchObject({ code: 'bad_pattern' });
      await expect(cell.all.on(7 as never, () => undefined)).rejects.toMatchObject({ code: 'invalid_argument' });
      await expect(cell.send('x', 1, { timeout: 'soon' })).rejects.toMatchObject({ code: 'invalid_argument' });
      await expect(world.join('a*')).rejects.toMatchObject({ code: 'invalid_argument' });
      await expect(world.join('x', { capacity: 0.5 })).rejects.toThrow('capacity of HELO must be a whole number');
    });

    test('because too much waits is told as busy, and is accepted later', async () => {
      await world.startTransmitter({ limits: { tasksMax: 1 } });
      const [mail, web] = [await world.join('mail'), await world.join('web')];
      const held = new Inbox<Taken>();
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
      await world.transmitter.stop();
      const failure = await register('hello', world.transmitter.command, {
        sockets: world.sockets,
        timeout: 100,
      }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(TimeoutError);
      expect((failure as TimeoutError).message).toMatch(
        new RegExp(
          `^hello/[0-9a-f]{8} waited [\\d.]+ m?s for a welcome from the transmitter at ${world.transmitter.command}, to which no line came about: is it running, `,
        ),
      );
    });

    test('to somebody who says nothing is waited for no longer, and the error tells that', async () => {
      const hellos = new Inbox<void>();
      const mute = world.sockets.router({ onMessage: () => hellos.put() });
      world.open.push(mute);
      const address = await mute.bind(world.anyAddress);
      const clock = new SimulatedClock();
      const failure = register('hello', address, { sockets: world.sockets, clock, timeout: 1000 }).catch(
        (error: unknown) => error,
      );
      await hellos.next();
      clock.advance(1000);
      expect(String(await failure)).toContain(
        `for a welcome from the transmitter at ${address}, which does not answer`,
      );
    });

    test('carries unconfirmed events in the order of their sender, among confirmed ones', async () => {
      const [web, mail] = [await world.join('web'), await world.join('mail')];
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
      const [web, mail] = [await world.join('web'), await world.join('mail')];
      const got = new Inbox<unknown>();
      await web.all.on('web::heard', ({ data }) => got.put(data));
      await mail.on('web::handled', ({ data }) => got.put(data));
      for (const channel of ['heard', 'handled']) {
        web.cast(channel, Uint8Array.of(1, 255));
        expect([...((await got.next()) as Uint8Array)]).toEqual([1, 255]);
      }
    });

    test('that was lost is made again: patterns, listeners and what was not confirmed come back', async () => {
      const { command, event } = world.transmitter;
      const [mail, web] = [await world.join('mail'), await world.join('web')];
      const heard = new Inbox<unknown>();
      await mail.on('x', ({ data }) => data);
      await web.all.on('news', ({ data }) => heard.put(data));
      await world.transmitter.stop();
      const asked = expect(web.request('y', 'kept')).rejects.toThrow(NoServiceError);
      const sent = web.raw.send('z', 'kept too');
      await mail.close({ timeout: 0 });
      await world.startTransmitter({ command, event });
      const restarted = `${command}, which was just restarted`;
      while (!web.waits.list().some(({ whom }) => whom.includes(restarted)))
        await new Promise((resolve) => setImmediate(resolve));
      const heir = await world.join('mail');
      await heir.on('x', ({ data }) => `heir has ${String(data)}`);
      expect(isThid(await sent)).toBe(true);
      await asked;
      expect(await web.request('x', 1)).toBe('heir has 1');
      await web.raw.send('news', 'heard');
      expect(await heard.next()).toBe('heard');
    });

    test('closing says goodbye after the handlers have finished', async () => {
      const [mail, web] = [await world.join('mail'), await world.join('web')];
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
      const [mail, web] = [await world.join('mail'), await world.join('web')];
      const taken = new Inbox<Taken>();
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
      const [mail, web] = [await world.join('mail'), await world.join('web')];
      await mail.on('x', hold(new Inbox()));
      const answer = expect(web.request('x')).rejects.toThrow(ClosedError);
      await web.close();
      await answer;
      expect(web.waits.openCount).toBe(0);
    });
  });
}
