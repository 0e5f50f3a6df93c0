import { decodeFrame, encodeFrame } from '@syncytium/codec';
import { newTransmitter, type TransmitterState } from '../transmitter/transmitter-state.js';
import { transmitterDefaults } from '../transmitter/transmitter-options.js';
import type { TransmitterInput } from '../transmitter/transmitter-input.js';
import type { TransmitterOutput } from '../transmitter/transmitter-output.js';
import { step } from '../transmitter/transmitter.js';

/** What a transmitter said to a cell. */
export interface Said {
  readonly to: string;
  readonly command: string;
  readonly payload: unknown;
}

/**
 * Transmitters with lines to each other. What one says to another arrives at once and in order, unless that line is held;
 * time passes only when it is told to.
 */
export class LinkedTransmitters {
  /** What cells were told, but for `PING`. */
  readonly said: Said[] = [];
  readonly #states: ReadonlyMap<string, TransmitterState>;
  /** What is on its way on lines that are held. */
  readonly #held = new Map<string, Uint8Array[]>();
  readonly #waiting: (() => void)[] = [];
  #isPumping = false;
  #now = 0;

  /** Event sockets have the addresses `pub of ID`. */
  constructor(...ids: readonly string[]) {
    this.#states = new Map(
      ids.map((id) => [id, newTransmitter({ ...transmitterDefaults, id, pub: `pub of ${id}` })] as const),
    );
  }

  run(id: string, input: TransmitterInput): void {
    const state = this.#states.get(id);
    if (state) for (const output of step(state, input, this.#now)) this.#waiting.push(() => this.#do(id, output));
    if (this.#isPumping) return;
    this.#isPumping = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) next();
    this.#isPumping = false;
  }

  /** A cell, by the name of its line, says something. */
  say(id: string, from: string, command: string, payload: object): void {
    this.run(id, { type: 'message', from, message: [encodeFrame('J', command, payload)] });
  }

  /** Makes one listen to the other, which then listens to it. */
  join(id: string, other: string): void {
    this.run(id, { type: 'join', address: `pub of ${other}` });
  }

  tick(): void {
    this.#now += 50;
    for (const id of this.#states.keys()) this.run(id, { type: 'tick' });
  }

  /** What the one says to the other stays on its way until it is released. */
  hold(from: string, to: string): void {
    this.#held.set(lineOf(from, to), []);
  }

  release(from: string, to: string): void {
    const held = this.#held.get(lineOf(from, to)) ?? [];
    this.#held.delete(lineOf(from, to));
    for (const frame of held) this.run(to, { type: 'peer', from, message: [frame] });
  }

  #do(id: string, output: TransmitterOutput): void {
    if (output.type === 'peer') {
      const held = this.#held.get(lineOf(id, output.to));
      if (held) held.push(output.frame);
      else this.run(output.to, { type: 'peer', from: id, message: [output.frame] });
    } else if (output.type === 'link') {
      const topic = Buffer.from(`thynapse::peer::${id}::pub of ${id}`);
      for (const [other, { options }] of this.#states)
        if (options.pub === output.address) this.run(other, { type: 'subscribed', topic });
    } else if (output.type === 'send') {
      const frame = decodeFrame(output.frame);
      if (frame.command !== 'PING') this.said.push({ to: output.to, command: frame.command, payload: frame.decode() });
    }
  }
}

function lineOf(from: string, to: string): string {
  return `${from} ${to}`;
}
