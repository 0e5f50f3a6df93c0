import { encodeFrame } from '@syncytium/codec';
import type { Entry } from '../network/entry.js';
import { networkCommands, readLogs } from '../network/network-frames.js';
import type { TransmitterDriver } from './transmitter-driver.js';

/** Another transmitter as the one under test knows it: within reach, and saying what the test says. */
export class PeerDriver {
  readonly id: string;
  /** What it says that it has of others. */
  have: Readonly<Record<string, number>> = {};
  readonly #transmitter: TransmitterDriver;
  /** With which entry of others it began. */
  readonly #bases: Readonly<Record<string, number>>;
  #version = 0;
  #told = 0;

  /** `isNew`: it has nothing yet of what the one under test said, until it says `link` again. */
  constructor(transmitter: TransmitterDriver, id: string, bases: Readonly<Record<string, number>> = {}, isNew = false) {
    this.id = id;
    this.#transmitter = transmitter;
    this.#bases = bases;
    transmitter.step({ type: 'subscribed', topic: Buffer.from(`thynapse::peer::${id}::pub of ${id}`) });
    this.link(!isNew);
    this.#send(networkCommands.base, { origin: id, n: 0, events: 0, isPaused: false, cells: [] });
  }

  /** Says whom it hears, and that it has all that it was told: so it stays within reach, and events are confirmed. */
  link(hasAll = true): void {
    const { id } = this.#transmitter.state.options;
    const all = { [id]: this.#transmitter.state.network.own.have ?? 0 };
    const have = { ...this.have, ...(hasAll && all), [this.id]: this.#told };
    const said = { id: this.id, pub: `pub of ${this.id}`, command: `command of ${this.id}`, neighbours: [id], have };
    this.#send(networkCommands.link, { ...said, version: ++this.#version, base: this.#bases });
  }

  /** Its line is lost. */
  lose(): void {
    this.#transmitter.step({ type: 'peer-gone', peer: this.id });
  }

  tell(...entries: Entry[]): void {
    const first = this.#told + 1;
    this.#told += entries.length;
    this.#send(networkCommands.logs, { origin: this.id, first, entries, ack: false, sync: false });
  }

  /** What the transmitter under test has told it since this was last asked for. */
  heard(): Entry[] {
    const { toPeers } = this.#transmitter;
    return toPeers
      .splice(0)
      .filter(({ to, frame }) => to === this.id && frame.command === networkCommands.logs)
      .flatMap(({ frame }) => readLogs(frame).entries);
  }

  #send(command: string, payload: object): void {
    this.#transmitter.step({ type: 'peer', from: this.id, message: [encodeFrame('M', command, payload)] });
  }
}
