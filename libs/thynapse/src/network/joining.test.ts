import { decodeFrame, encodeFrame, type Frame } from '@syncytium/codec';
import { describe, expect, test } from 'vitest';
import { thid, TransmitterDriver } from '../testing/transmitter-driver.js';
import {
  newTransmitter,
  transmitterDefaults,
  type TransmitterInput,
  type TransmitterState,
} from '../transmitter/transmitter-state.js';
import { step } from '../transmitter/transmitter.js';

const address = 'tcp://127.0.0.1:7001';

/** Told to join somebody, who does not answer yet. */
function joining(): TransmitterDriver {
  const transmitter = new TransmitterDriver();
  transmitter.step({ type: 'join', address });
  return transmitter;
}

/** Two transmitters with lines to each other; what they say to each other arrives at once. */
class Pair {
  readonly said: { to: string; command: string; payload: unknown }[] = [];
  readonly #states: readonly TransmitterState[];
  #now = 0;

  constructor(...ids: string[]) {
    this.#states = ids.map((id) => newTransmitter({ ...transmitterDefaults, id, pub: `pub of ${id}` }));
  }

  run(id: string, input: TransmitterInput): void {
    const state = this.#states.find(({ options }) => options.id === id)!;
    for (const output of step(state, input, this.#now)) {
      if (output.type === 'peer') this.run(output.to, { type: 'peer', from: id, message: [output.frame] });
      else if (output.type === 'link') this.#introduce(state, output.address);
      else if (output.type === 'send') this.#note(output.to, decodeFrame(output.frame));
    }
  }

  say(id: string, from: string, command: string, payload: object): void {
    this.run(id, { type: 'message', from, message: [encodeFrame('J', command, payload)] });
  }

  tick(): void {
    this.#now += 50;
    for (const { options } of this.#states) this.run(options.id, { type: 'tick' });
  }

  #introduce({ options: { id, pub } }: TransmitterState, to: string): void {
    const other = this.#states.find(({ options }) => options.pub === to)!;
    this.run(other.options.id, { type: 'subscribed', topic: Buffer.from(`thynapse::peer::${id}::${pub}`) });
  }

  #note(to: string, frame: Frame): void {
    if (frame.command !== 'PING') this.said.push({ to, command: frame.command, payload: frame.decode() });
  }
}

describe('a transmitter that was told to join others [T-17]', () => {
  test('welcomes no cell before it knows theirs, and then finds their services', () => {
    const [own, other] = [thid('T'), thid('X')];
    const pair = new Pair(own, other);
    pair.say(other, 'worker', 'HELO', { id: thid('w'), service: 'worker', capacity: 1 });
    pair.say(other, 'worker', 'CTCH', { pattern: 'job' });
    pair.said.splice(0);
    pair.run(own, { type: 'join', address: `pub of ${other}` });
    pair.say(own, 'web', 'HELO', { id: thid('e'), service: 'web' });
    pair.say(own, 'web', 'EVNT', { channel: 'job', id: thid('j'), confirm: true, answer: true });
    expect(pair.said).toEqual([]);
    while (pair.said.length < 3) pair.tick();
    expect(pair.said.filter(({ to }) => to === 'web')).toMatchObject([
      { command: 'WLCM' },
      { command: 'OKAY', payload: { services: ['worker'] } },
    ]);
    expect(pair.said.filter(({ to }) => to === 'worker')).toMatchObject([
      { command: 'TASK', payload: { channel: 'job' } },
    ]);
  });

  test('serves alone when nobody answers for three heartbeats', () => {
    const transmitter = joining();
    const { heartbeatMs } = transmitter.state.options;
    transmitter.join('web', 'web');
    expect(transmitter.wait(3 * heartbeatMs - 50)).toEqual([]);
    expect(transmitter.wait(50)).toMatchObject([{ to: 'web', command: 'WLCM' }]);
    expect(transmitter.join('mail', 'mail')).toMatchObject([{ to: 'mail', command: 'WLCM' }]);
  });

  test('forgets who went away meanwhile', () => {
    const transmitter = joining();
    transmitter.join('web', 'web');
    transmitter.join('mail', 'mail');
    transmitter.step({ type: 'gone', peer: 'web' });
    expect(transmitter.wait(10_000)).toMatchObject([{ to: 'mail', command: 'WLCM' }]);
  });

  test('refuses more than it keeps', () => {
    const transmitter = joining();
    const large = Buffer.alloc(9 * 1024 * 1024);
    expect(transmitter.sayRaw('web', large)).toEqual([]);
    expect(transmitter.sayRaw('mail', large)).toMatchObject([
      { to: 'mail', command: 'ERRR', payload: { code: 'busy' } },
    ]);
  });

  test('goes on serving the cells that it has', () => {
    const transmitter = new TransmitterDriver();
    transmitter.join('web', 'web');
    transmitter.step({ type: 'join', address });
    expect(transmitter.join('mail', 'mail')).toMatchObject([{ to: 'mail', command: 'WLCM' }]);
  });
});
