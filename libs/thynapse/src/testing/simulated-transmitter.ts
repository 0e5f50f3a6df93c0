import { decodeFrame, randomThid } from '@syncytium/codec';
import type { Prng } from '@syncytium/kit';
import type { SimulatedNode } from '@syncytium/testkit';
import { MulticastHub } from '../transmitter/multicast-hub.js';
import { step } from '../transmitter/transmitter.js';
import { newTransmitter, type TransmitterState } from '../transmitter/transmitter-state.js';
import { transmitterDefaults, type TransmitterOptions } from '../transmitter/transmitter-options.js';
import type { TransmitterInput } from '../transmitter/transmitter-input.js';
import type { TransmitterOutput } from '../transmitter/transmitter-output.js';
import type { ThynapseEvent } from '../wire/event.js';
import type { Observer } from './observer.js';
import { isPeerPacket, PeerLines } from './peer-lines.js';
import { tickMs, type Packet } from './simulated-line.js';

/** Makes transmitters faulty, for canaries. */
export interface Faultiness {
  /** Spoils what the transmitter says. */
  readonly spoil?: (outputs: TransmitterOutput[]) => TransmitterOutput[];
  /** Spoils what the transmitter knows, before every step. */
  readonly confuse?: (state: TransmitterState, input: TransmitterInput) => void;
}

export interface SimulatedTransmitterOptions extends Faultiness {
  readonly node: SimulatedNode<Packet>;
  readonly prng: Prng;
  readonly seen: Observer;
  /** Cells at the other ends of its lines. */
  readonly lines: Map<string, string>;
  readonly limits?: Partial<TransmitterOptions>;
  /** Most bytes of events on their way to one listener; any number unless told. */
  readonly listenerBytesMax?: number;
  readonly mayListen: (listener: string, to: string) => boolean;
  /** It was told to leave, and says that all it had is with others; and it has left. */
  readonly onDrained: () => void;
  readonly onLeft: () => void;
}

/** How long what it said last is on its way. */
const lingerMs = 200;

/** One life of a transmitter on a simulated network. */
export class SimulatedTransmitter {
  readonly state: TransmitterState;
  readonly #options: SimulatedTransmitterOptions;
  readonly #peers: PeerLines<Packet>;
  readonly #hub: MulticastHub;

  constructor(options: SimulatedTransmitterOptions) {
    const { node, prng, seen, mayListen, limits, lines, listenerBytesMax = Infinity } = options;
    this.#options = options;
    const { entriesKept, patternsPerCellMax } = { ...transmitterDefaults, ...limits };
    const limited = {
      bytesMax: listenerBytesMax,
      patternsPerListenerMax: patternsPerCellMax,
      replayBytesMax: Infinity,
    };
    this.#hub = new MulticastHub({ ...limited, replayMax: entriesKept }, (line, message) => {
      const cell = lines.get(line);
      if (cell !== undefined) node.send(cell, { line, type: 'news', message });
    });
    const id = randomThid(prng);
    this.state = newTransmitter({ ...transmitterDefaults, id, pub: node.name, command: node.name, ...limits });
    this.#peers = new PeerLines({ node, id, mayListen, run: (input) => this.run(input), seen });
    const tick = (): void => {
      this.run({ type: 'tick' });
      node.clock.setTimer(tickMs, tick);
    };
    tick();
  }

  run(input: TransmitterInput): void {
    const { node, confuse, spoil = (outputs: TransmitterOutput[]) => outputs } = this.#options;
    confuse?.(this.state, input);
    const outputs = spoil(step(this.state, input, node.clock.now()));
    for (const output of outputs) this.#do(output);
    while (this.#hub.flush());
    if (outputs.some(({ type }) => type === 'drained')) this.#leave();
    if (input.type !== 'tick') return;
    this.#hub.tellPositions();
    this.#hub.prune((peer) => this.state.cellOf.has(peer));
  }

  receive(from: string, packet: Packet): void {
    const { node, lines } = this.#options;
    if (isPeerPacket(packet)) {
      this.#peers.receive(from, packet);
      return;
    }
    const { line, type, frame } = packet;
    if (type === 'closed') {
      if (lines.delete(line)) this.run({ type: 'gone', peer: line });
    } else if (type === 'open') {
      lines.set(line, from);
      node.send(from, { line, type: 'opened' });
    } else if (!lines.has(line)) node.send(from, { line, type: 'broken' });
    else if (frame) this.run({ type: 'message', from: line, message: [frame] });
  }

  #noteTogether({ events, at }: Extract<TransmitterOutput, { type: 'publish-later' }>): void {
    if (at.origin === this.state.options.id) return;
    const { exercises } = this.#options.seen;
    if (events.count > 1) exercises.note('told together');
    if (!events.source) exercises.note('partly known');
  }

  #do(output: TransmitterOutput): void {
    const { node, lines, seen } = this.#options;
    if (output.type === 'send') {
      const cell = lines.get(output.to);
      if (cell !== undefined) node.send(cell, { line: output.to, type: 'command', frame: output.frame });
    } else if (output.type === 'publish') {
      seen.published.push(decodeFrame(output.frame).decode() as ThynapseEvent);
      this.#hub.publish(output.channel, output.frame, 1, output.at);
    } else if (output.type === 'publish-later') {
      this.#noteTogether(output);
      for (const frame of output.events.frames()) seen.published.push(decodeFrame(frame).decode() as ThynapseEvent);
      this.#hub.publishLater(output.channel, output.events, output.at);
    } else if (output.type === 'hear') this.#hub.add(output.peer, output.pattern);
    else if (output.type === 'resume') {
      seen.exercises.note('listener back');
      this.#hub.resume(output.peer, output.patterns, output.since);
    } else if (output.type === 'took') this.#hub.took(output.peer, output.bytes);
    else if (output.type === 'unknown') this.#hub.startAt(output.at);
    else if (output.type === 'forgotten') this.#hub.forget(output.id);
    else if (output.type !== 'drained') this.#peers.do(output);
  }

  #leave(): void {
    const { node, onDrained, onLeft } = this.#options;
    onDrained();
    this.run({ type: 'leave' });
    node.clock.setTimer(lingerMs, onLeft);
  }
}
