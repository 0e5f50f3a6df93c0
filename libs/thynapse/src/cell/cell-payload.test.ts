import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { local, type LocalHub } from '../local.js';
import { payloadBytesMax, payloadDepthMax } from '../wire/wire.js';
import type { Cell } from './cell.js';

const tooLong = 'x'.repeat(payloadBytesMax);

/** So many arrays inside one another. */
function nested(levels: number): unknown {
  return levels === 0 ? 'deep' : [nested(levels - 1)];
}

describe('what no transmitter takes', () => {
  let hub: LocalHub;
  let [web, mail]: Cell[] = [];

  beforeEach(async () => {
    hub = local({ limits: { attempts: 1 } });
    [web, mail] = [await hub.register('web'), await hub.register('mail')];
  });
  afterEach(() => hub.close());

  test.each([
    ['too many bytes', tooLong, 'encode_too_large'],
    ['too many bytes in few characters', '€'.repeat(payloadBytesMax / 3), 'encode_too_large'],
    ['too many levels', nested(payloadDepthMax), 'encode_too_deep'],
  ])('is not sent: %s', async (_, data, code) => {
    await expect(web!.send('x', data)).rejects.toMatchObject({ code });
    await expect(web!.request('x', data)).rejects.toMatchObject({ code });
    await expect(web!.send('x', data, { confirm: false })).rejects.toMatchObject({ code });
    expect(() => web!.cast('x', data)).toThrow(expect.objectContaining({ code }) as Error);
    const heard: unknown[] = [];
    await mail!.all.on('web::*', ({ seq }) => heard.push(seq));
    await web!.send('y');
    await web!.send('y', 2);
    expect(heard).toEqual([1, 2]);
  });

  test('is what lies above the limits, not at them', async () => {
    const heard: unknown[] = [];
    await mail!.all.on('web::*', ({ data }) => heard.push(data));
    const deep = nested(payloadDepthMax - 1);
    await web!.send('deep', deep);
    web!.cast('deep', deep);
    await web!.send('last', 'last');
    expect(heard).toEqual([deep, deep, 'last']);
    await mail!.on('echo', ({ data }) => data);
    expect(await web!.request('echo', deep)).toEqual(deep);
  });

  test.each([
    ['too many bytes', tooLong, /more than a transmitter takes/],
    ['too many levels', nested(payloadDepthMax), /does not carry more than 55 levels/],
    ['what JSON does not carry', new Date(), /does not carry an instance of Date/],
  ])('is no answer: the task fails, and the cell goes on: %s', async (_, data, reason) => {
    await mail!.on('returned', () => data);
    await mail!.on('said', (_message, resp) => {
      resp.success(data);
    });
    await mail!.on('good', () => 'good');
    for (const channel of ['returned', 'said'])
      await expect(web!.request(channel)).rejects.toMatchObject({
        code: 'request_failed',
        details: { reason: expect.stringMatching(reason) as string },
      });
    expect(await web!.request('good')).toBe('good');
  });

  test('is no reason either: it is cut', async () => {
    await mail!.on('long', (_message, resp) => {
      resp.failure(new Error(tooLong));
    });
    await expect(web!.request('long')).rejects.toMatchObject({ details: { reason: 'x'.repeat(4096) } });
  });
});
