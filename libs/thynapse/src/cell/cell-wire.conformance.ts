import { encodeFrame, isThid } from '@syncytium/codec';
import { Inbox } from '@syncytium/testkit';
import { describe, expect, test } from 'vitest';
import { read, textOf, type CellWorld } from '../testing/cell-world.js';
import { thid } from '../testing/transmitter-driver.js';

/** What cells of any kind may say, and what becomes of it, over every driver of sockets. */
export function wireConformance(world: CellWorld): void {
  describe('the seed', () => {
    test('HELO is answered by WLCM, and EVNT is heard by who subscribed', async () => {
      const said = new Inbox<ReturnType<typeof read>>();
      const heard = new Inbox<string[]>();
      const connected = new Inbox<void>();
      const dealer = world.sockets.dealer({
        onMessage: ([frame]) => {
          const { command, payload } = read(frame!);
          said.put({ command, payload });
        },
      });
      world.open.push(dealer);
      dealer.connect(world.transmitter.command);
      dealer.send([Buffer.from(`J HELO {"id":"${thid('python')}","service":"hello"}`)]);
      const welcome = await said.next();
      expect(welcome).toMatchObject({
        command: 'WLCM',
        payload: { id: world.transmitter.id, pub: world.transmitter.event },
      });
      const subscriber = world.sockets.subscriber({
        onMessage: (message) => heard.put(textOf(message)),
        onConnect: () => connected.put(),
      });
      world.open.push(subscriber);
      subscriber.subscribe('hello::');
      subscriber.connect(String(welcome.payload['pub']));
      await connected.next();
      // Who knows only the seed's commands cannot ask whether it is heard already: it says it until it is.
      while (heard.size === 0) {
        dealer.send([Buffer.from('J EVNT {"channel":"hello::world","data":{"seq":1}}')]);
        await new Promise((resolve) => setImmediate(resolve));
      }
      const [channel, frame] = await heard.next();
      expect(channel).toBe('hello::world');
      expect(frame).toMatch(
        /^J EVNT \{"channel":"hello::world","data":\{"seq":1\},"from":"[0-9a-f]{40}","id":"[0-9a-f]{40}"\}$/,
      );
    });

    test('frames that are none are answered with ERRR and harm nobody', async () => {
      const errors = new Inbox<string>();
      const dealer = world.sockets.dealer({
        onMessage: ([frame]) => errors.put(Buffer.from(frame!).toString()),
      });
      world.open.push(dealer);
      dealer.connect(world.transmitter.command);
      for (const bad of ['', 'nonsense', 'J EVNT {"channel":', 'X EVNT {}', 'J EVNT {"channel":"x"}'])
        dealer.send([Buffer.from('J PING {}'), Buffer.from(bad)]);
      for (const error of await errors.take(10)) expect(error).toMatch(/^J ERRR \{"code":"[a-z_]+","message":"/);
      const cell = await world.join('hello');
      expect(isThid(await cell.send('still here'))).toBe(true);
    });
  });

  test('a cell in another language can catch with nothing but frames', async () => {
    const web = await world.join('web');
    const said = new Inbox<ReturnType<typeof read>>();
    const dealer = world.sockets.dealer({
      onMessage: (message) => {
        for (const bytes of message) said.put(read(bytes));
      },
    });
    world.open.push(dealer);
    dealer.connect(world.transmitter.command);
    dealer.send([
      encodeFrame('J', 'HELO', { id: thid('foreign'), service: 'upper' }),
      encodeFrame('J', 'CTCH', { pattern: 'upper::*', id: 'mine', confirm: true }),
    ]);
    expect((await said.next()).command).toBe('WLCM');
    expect(await said.next()).toEqual({ command: 'OKAY', payload: { re: 'mine' } });
    const answer = web.request('upper::case', 'abc');
    const { command, payload } = await said.next();
    expect(command).toBe('TASK');
    dealer.send([encodeFrame('J', 'DONE', { re: payload['id'], data: String(payload['data']).toUpperCase() })]);
    expect(await answer).toBe('ABC');
  });

  test('the topology shows services, cells and what they catch', async () => {
    const mail = await world.join('mail', { capacity: 7 });
    await mail.on('user::*', () => undefined);
    expect(world.transmitter.topology()).toMatchObject({
      transmitter: { id: world.transmitter.id, command: world.transmitter.command, event: world.transmitter.event },
      services: [{ name: 'mail', patterns: ['user::*'], cells: [{ id: mail.id, capacity: 7, inFlight: 0 }] }],
    });
  });
}
