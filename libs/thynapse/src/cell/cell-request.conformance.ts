import { AbortedError, TimeoutError } from '@syncytium/kit';
import { Inbox } from '@syncytium/testkit';
import { describe, expect, test } from 'vitest';
import { AnswersMissingError, NoServiceError, RequestFailedError } from '../errors.js';
import { hold, type CellWorld, type Taken } from '../testing/cell-world.js';

/** Requests: to whichever cell handles them, and to every cell. */
export function requestConformance(world: CellWorld): void {
  describe('a request', () => {
    test('brings the answer of the service that handles it', async () => {
      const [mail, web] = [await world.join('mail'), await world.join('web')];
      await mail.on('mail::send', ({ data }) => `sent ${String(data)}`);
      expect(await web.request('mail::send', 'hello')).toBe('sent hello');
      expect(web.waits.counts()).toMatchObject({ open: 0, done: 2 });
    });

    test('that fails for good says which service and why', async () => {
      const [mail, web] = [await world.join('mail'), await world.join('web')];
      await mail.on('mail::send', (_, resp) => {
        resp.failure('mailbox full', { final: true });
      });
      const failure = await web.request('mail::send').catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(RequestFailedError);
      expect(failure).toMatchObject({ code: 'request_failed', details: { service: 'mail', reason: 'mailbox full' } });
    });

    test('that nobody handles fails at once', async () => {
      const web = await world.join('web');
      await expect(web.request('nobody::home')).rejects.toThrow('no service catches nobody::home');
    });

    test('that is not answered names the service, and the transmitter shows who has it', async () => {
      const [mail, web] = [await world.join('mail'), await world.join('web')];
      const taken = new Inbox<Taken>();
      await mail.on('slow', hold(taken));
      const asking = web.request('slow', null, { timeout: 150 });
      const { resp } = await taken.next();
      expect(world.transmitter.waits.list()).toMatchObject([
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
      const [mail, web] = [await world.join('mail'), await world.join('web')];
      await mail.on('slow', hold(new Inbox()));
      const controller = new AbortController();
      const asking = web.request('slow', null, { signal: controller.signal });
      controller.abort();
      await expect(asking).rejects.toThrow(AbortedError);
      await expect(web.request('slow', null, { signal: controller.signal })).rejects.toThrow(AbortedError);
    });

    test('may be made by a handler, also of the other service', async () => {
      const [a, b] = [await world.join('a'), await world.join('b')];
      await a.on('up', async ({ data }) => ((data as number) === 0 ? 'ground' : b.request('down', data)));
      await b.on('down', ({ data }) => a.request('up', (data as number) - 1));
      expect(await a.request('up', 5)).toBe('ground');
    });

    test('works alike in MessagePack', async () => {
      const [mail, web] = [await world.join('mail', { encoding: 'M' }), await world.join('web', { encoding: 'M' })];
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
      const web = await world.join('web');
      const cells = [await world.join('mail'), await world.join('mail', { encoding: 'M' }), await world.join('audit')];
      for (const cell of cells) await cell.all.answer('status::*', ({ data }) => [cell.id, data]);
      const deaf = await world.join('mail');
      await deaf.on('status::x', () => 'not asked');
      await deaf.all.on('status::x', () => 'not asked either');
      const answers = await web.all.request('status::x', 7);
      const byCell = (one: { cell: string }, other: { cell: string }) => (one.cell < other.cell ? -1 : 1);
      const expected = cells.map(({ id, service }) => ({ cell: id, service, data: [id, 7] }));
      expect([...answers].sort(byCell)).toEqual(expected.sort(byCell));
      expect(web.waits.openCount).toBe(0);
    });

    test('ends at once where nobody answers, and asks nobody that does not any more', async () => {
      const [web, mail] = [await world.join('web'), await world.join('mail')];
      expect(await web.all.request('status')).toEqual([]);
      const answering = await mail.all.answer('status', () => 'here');
      await expect(mail.all.answer('status', () => 'twice')).rejects.toMatchObject({ code: 'invalid_argument' });
      expect(await web.all.request('status')).toMatchObject([{ data: 'here' }]);
      await answering.close();
      expect(await web.all.request('status')).toEqual([]);
      await expect(web.request('status')).rejects.toThrow(NoServiceError);
    });

    test('names the cells that fail, with the answers of the others', async () => {
      const [web, good, bad] = [await world.join('web'), await world.join('mail'), await world.join('mail')];
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
      const [web, slow] = [await world.join('web'), await world.join('mail')];
      await slow.all.answer('status', hold(new Inbox()));
      const error = await missingIn(web.all.request('status', null, { timeout: 150 }));
      expect(error.missing).toMatchObject([{ name: slow.name, reason: 'no answer' }]);
      expect((error.cause as Error).message).toContain(`for the answers to status from ${slow.name}`);
    });

    test('names the cells that leave while they are waited for', async () => {
      const [web, good, leaving] = [await world.join('web'), await world.join('mail'), await world.join('mail')];
      await good.all.answer('status', () => 'fine');
      const taken = new Inbox<Taken>();
      await leaving.all.answer('status', hold(taken));
      const error = missingIn(web.all.request('status'));
      await taken.next();
      await leaving.close({ timeout: 0 });
      expect((await error).missing).toMatchObject([{ name: leaving.name, reason: 'the cell is gone' }]);
      expect((await error).answers).toMatchObject([{ cell: good.id, data: 'fine' }]);
    });
  });
}
