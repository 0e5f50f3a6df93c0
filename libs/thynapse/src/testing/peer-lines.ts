import { decodeFrame, type Frame } from '@syncytium/codec';
import type { SimulatedNode } from '@syncytium/testkit';
import { peerPrefix } from '../wire/wire.js';
import type { TransmitterInput } from '../transmitter/transmitter-input.js';
import type { TransmitterOutput } from '../transmitter/transmitter-output.js';

/** What travels between transmitters: wishes to listen, repeated while they last, and frames. */
export interface PeerPacket {
  readonly type: 'listen' | 'unlisten' | 'peer';
  /** Id of the transmitter that sends it. */
  readonly id: string;
  /** Id of the one that it is meant for. */
  readonly to?: string;
  readonly frame?: Uint8Array;
}

export function isPeerPacket(packet: { readonly type: string }): packet is PeerPacket {
  return packet.type === 'listen' || packet.type === 'unlisten' || packet.type === 'peer';
}

interface PeerLinesOptions<P> {
  readonly node: SimulatedNode<P | PeerPacket>;
  readonly id: string;
  readonly mayListen: (listener: string, to: string) => boolean;
  readonly run: (input: TransmitterInput) => void;
  /** Counts what is sent from one to another. */
  readonly seen: Crossings;
}

/** What was sent between transmitters. */
export interface Crossings {
  /** Events by link. */
  readonly crossings: Map<string, number>;
  /** Frames by command. */
  readonly peerFrames: Map<string, number>;
}

/** How often a wish to listen is repeated, and after how long without one it is over. */
const listenEveryMs = 100;
const listenUntilMs = 350;

/** The event sockets of a simulated transmitter: as with PUB and SUB, only who listens is told anything. */
export class PeerLines<P> {
  readonly #options: PeerLinesOptions<P>;
  /** Names of the nodes that it listens to. */
  readonly #addresses = new Set<string>();
  readonly #listeners = new Map<string, { readonly name: string; heardMs: number }>();

  #keptUpMs: number;

  constructor(options: PeerLinesOptions<P>) {
    this.#options = options;
    this.#keptUpMs = options.node.clock.now();
    this.#keepUp();
  }

  do(output: TransmitterOutput): void {
    const { node, id, mayListen, seen } = this.#options;
    switch (output.type) {
      case 'link':
        if (mayListen(node.name, output.address)) this.#addresses.add(output.address);
        break;
      case 'unlink':
        if (this.#addresses.delete(output.address)) node.send(output.address, { type: 'unlisten', id });
        break;
      case 'peer': {
        const listener = this.#listeners.get(output.to);
        if (!listener) break;
        const link = `${node.name} ${listener.name}`;
        const frame = decodeFrame(output.frame);
        count(seen.crossings, link, eventsIn(frame));
        count(seen.peerFrames, frame.command, 1);
        node.send(listener.name, { type: 'peer', id, to: output.to, frame: output.frame });
        break;
      }
      default:
    }
  }

  receive(name: string, { type, id, to, frame }: PeerPacket): void {
    const { node, run, id: own } = this.#options;
    if (type === 'listen') {
      const known = this.#listeners.get(id);
      if (known) known.heardMs = node.clock.now();
      else {
        this.#listeners.set(id, { name, heardMs: node.clock.now() });
        run({ type: 'subscribed', topic: topicOf(id, name) });
      }
    } else if (type === 'unlisten') this.#drop(id, name);
    else if (frame && to === own && this.#addresses.has(name)) run({ type: 'peer', from: id, message: [frame] });
  }

  #keepUp(): void {
    const { node, id } = this.#options;
    const now = node.clock.now();
    // A node that stood still has not read yet who listened to it meanwhile.
    const stoodStill = now - this.#keptUpMs > listenUntilMs - listenEveryMs;
    this.#keptUpMs = now;
    for (const address of this.#addresses) node.send(address, { type: 'listen', id });
    for (const [other, { name, heardMs }] of this.#listeners)
      if (!stoodStill && now - heardMs > listenUntilMs) this.#drop(other, name);
    node.clock.setTimer(listenEveryMs, () => this.#keepUp());
  }

  #drop(id: string, name: string): void {
    if (this.#listeners.delete(id)) this.#options.run({ type: 'unsubscribed', topic: topicOf(id, name) });
  }
}

function topicOf(id: string, name: string): Uint8Array {
  return Buffer.from(`${peerPrefix}${id}::${name}`);
}

function eventsIn(frame: Frame): number {
  if (frame.command !== 'LOGS') return 0;
  const { entries } = frame.decode() as { entries: { type: string }[] };
  return entries.filter(({ type }) => type === 'event').length;
}

function count(counts: Map<string, number>, name: string, more: number): void {
  counts.set(name, (counts.get(name) ?? 0) + more);
}
