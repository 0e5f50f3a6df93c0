import { local, type ThynapseEvent } from '@syncytium/thynapse';
import { expect, test } from 'vitest';
import { dataJson, eventJson } from './event-json.js';

test('bytes are their base64 text, whether they came in a run or alone', async () => {
  const hub = local();
  const sender = await hub.register('sender');
  const heard: ThynapseEvent[] = [];
  const listener = await hub.register('listener');
  let tell: (() => void) | undefined;
  const isHeard = new Promise<void>((resolve) => (tell = resolve));
  await listener.all.on('*', (event) => {
    heard.push(event);
    if (event.channel === 'last') tell?.();
  });
  // A service that catches what is cast has it taken out of its run.
  await listener.on('sender::task', () => null);
  for (const channel of ['run', 'task']) sender.cast(channel, new Uint8Array([1, 2, 3]));
  sender.cast('text', 'plain');
  await sender.raw.send('last');
  await isHeard;
  const [run, task, plain, last] = ['sender::run', 'sender::task', 'sender::text', 'last'].map((channel) =>
    heard.find((event) => event.channel === channel)!,
  );
  for (const event of [run!, task!]) {
    expect(dataJson(event)).toBe('{"base64":"AQID"}');
    expect(JSON.parse(eventJson(event))).toMatchObject({ id: event.id, data: 'AQID', base64: true, from: sender.id });
  }
  expect(dataJson(plain!)).toBe('"plain"');
  expect(JSON.parse(eventJson(plain!))).toMatchObject({ id: plain!.id, data: 'plain' });
  expect(dataJson(last!)).toBeUndefined();
  await hub.close();
});
