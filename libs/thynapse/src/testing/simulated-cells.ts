import { decodeFrame, randomThid } from '@syncytium/codec';
import type { Prng } from '@syncytium/kit';
import { SimulatedNetwork, type LinkFaults, type SimulatedNode, type SimulationRun } from '@syncytium/testkit';
import { cellDefaults, newCell, type CellInput, type TaskEvent } from '../cell/cell-state.js';
import { stepCell } from '../cell/cell-step.js';
import { makeEvent, type ThynapseEvent } from '../wire/event.js';
import { step } from '../transmitter/transmitter.js';
import {
  newTransmitter,
  transmitterDefaults,
  type TransmitterInput,
  type TransmitterOptions,
  type TransmitterOutput,
  type TransmitterState,
} from '../transmitter/transmitter-state.js';
import { isPeerPacket, PeerLines, type PeerPacket } from './peer-lines.js';

/** What travels between a cell and its transmitter; a line is what a connection would be. */
interface LinePacket {
  readonly line: string;
  readonly type: 'open' | 'opened' | 'broken' | 'command' | 'event';
  readonly frame?: Uint8Array;
}

type Packet = LinePacket | PeerPacket;

export interface CellPlan {
  readonly name: string;
  readonly service: string;
  readonly patterns: readonly string[];
  readonly capacity: number;
  /** Its transmitter: `t0` unless told. */
  readonly home?: string;
}

export interface WorldOptions {
  readonly run: SimulationRun;
  readonly cells: readonly CellPlan[];
  /** How many transmitters there are (1 unless told): `t0`, `t1`, ... */
  readonly transmitters?: number;
  /** Who may listen to whom; everybody to everybody unless told. */
  readonly mayListen?: (listener: string, to: string) => boolean;
  readonly faults?: Partial<LinkFaults>;
  /** Faults between transmitters. */
  readonly peerFaults?: Partial<LinkFaults>;
  readonly limits?: Partial<TransmitterOptions>;
  /** How likely an attempt fails. */
  readonly failure?: number;
  /** Spoils what the transmitter says: for canaries. */
  readonly spoil?: (outputs: TransmitterOutput[]) => TransmitterOutput[];
  /** Spoils what the transmitter knows, before every step: for canaries. */
  readonly confuse?: (state: TransmitterState) => void;
}

/** An event as the observer, who sees everything, knows it. */
export interface Observed {
  readonly id: string;
  readonly channel: string;
  readonly sender: string;
  /** Which life of the sender it belongs to. */
  readonly senderId: string;
  readonly isRequest: boolean;
  confirmations: number;
  services: readonly string[] | undefined;
  refusals: number;
  /** Answers that reached the sender. */
  answers: number;
  /** Attempts that succeeded, by service. */
  readonly handled: Map<string, number>;
}

const tickMs = 50;

/** Transmitters and cells on a simulated network, with an observer. */
export class SimulatedCells {
  readonly network: SimulatedNetwork<Packet>;
  readonly plans: readonly CellPlan[];
  readonly events = new Map<string, Observed>();
  /** Ids in the order in which each life of each cell heard them. */
  readonly heard = new Map<string, ThynapseEvent[]>();
  readonly published: ThynapseEvent[] = [];
  /** Ids of the lives that cells have now. */
  readonly alive = new Map<string, string>();
  /** Most tasks that a cell had in hand at once. */
  readonly mostInHand = new Map<string, number>();
  /** Of the transmitters that run, by name. */
  readonly states = new Map<string, TransmitterState>();
  /** Events that were sent to other transmitters, over every link. */
  readonly crossings = new Map<string, number>();
  readonly #options: WorldOptions;
  readonly #prng: Prng;
  /** Lines that stand, as their transmitters know them. */
  readonly #lines = new Map<string, { readonly cell: string; readonly home: string }>();
  readonly #emit = new Map<string, (channel: string, isRequest: boolean) => void>();
  /** What every cell is told when its line is cut. */
  readonly #cut = new Map<string, (line: string) => void>();
  readonly #stepTransmitter = new Map<string, (input: TransmitterInput) => void>();
  #lineCount = 0;

  constructor(options: WorldOptions) {
    const { run, faults } = options;
    this.#options = options;
    this.#prng = run.prng;
    this.plans = options.cells;
    this.network = new SimulatedNetwork({
      ...run,
      faults: { delayMs: [0.1, 20], ...faults },
      describe: (packet) => {
        if (isPeerPacket(packet)) return `${packet.type} ${packet.frame ? describePeerFrame(packet.frame) : ''}`;
        const { line, type, frame } = packet;
        return `${line} ${type} ${frame ? Buffer.from(frame).toString().slice(0, 160) : ''}`;
      },
    });
    const names = Array.from({ length: options.transmitters ?? 1 }, (_, i) => `t${i}`);
    for (const name of names) this.network.addNode(name, (node) => this.#startTransmitter(node));
    for (const one of names)
      for (const other of names) if (one !== other) this.network.setLinkFaults(one, other, { ...options.peerFaults });
    for (const plan of options.cells) this.network.addNode(plan.name, (node) => this.#startCell(node, plan));
  }

  /** Lets a cell send an event; `false` when it is down. */
  emit(cell: string, channel: string, isRequest: boolean): boolean {
    const emit = this.network.isUp(cell) ? this.#emit.get(cell) : undefined;
    emit?.(channel, isRequest);
    return emit !== undefined;
  }

  /** Breaks a random line: what is on its way is lost, and both ends learn of it. */
  breakLine(): void {
    const lines = [...this.#lines.keys()];
    const line = lines[this.#prng.int(Math.max(1, lines.length))];
    const cell = line === undefined ? undefined : this.#lines.get(line)?.cell;
    if (line === undefined || cell === undefined) return;
    this.#options.run.trace.note(`line ${line} breaks`);
    this.#loseLine(line);
    this.#options.run.clock.setTimer(this.#prng.float() * 50, () => this.#cut.get(cell)?.(line));
  }

  /** The cell dies; most times the transmitter learns of it, sometimes only its silence tells. */
  crashCell(name: string): void {
    const lines = [...this.#lines].filter(([, { cell }]) => cell === name).map(([line]) => line);
    this.network.crash(name);
    this.alive.delete(name);
    for (const line of lines)
      if (this.#prng.int(10) < 7) this.#options.run.clock.setTimer(this.#prng.float() * 30, () => this.#loseLine(line));
  }

  #loseLine(line: string): void {
    const home = this.#lines.get(line)?.home;
    if (home === undefined || !this.#lines.delete(line) || !this.network.isUp(home)) return;
    this.#stepTransmitter.get(home)?.({ type: 'gone', peer: line });
  }

  /** The transmitter dies; another one takes its place when it is restarted. */
  crashTransmitter(name: string): void {
    this.network.crash(name);
    this.states.delete(name);
  }

  /** How many tasks are open anywhere. */
  get openTasks(): number {
    let count = 0;
    for (const { taskCount } of this.states.values()) count += taskCount;
    return count;
  }

  #startTransmitter(node: SimulatedNode<Packet>) {
    const {
      limits,
      mayListen = () => true,
      spoil = (outputs: TransmitterOutput[]) => outputs,
      confuse,
    } = this.#options;
    const id = randomThid(this.#prng);
    const state = newTransmitter({ ...transmitterDefaults, id, pub: node.name, command: node.name, ...limits });
    this.states.set(node.name, state);
    for (const [line, { home }] of this.#lines) if (home === node.name) this.#lines.delete(line);
    const run = (input: TransmitterInput): void => {
      confuse?.(state);
      for (const output of spoil(step(state, input, node.clock.now()))) {
        if (output.type === 'send') {
          const to = this.#lines.get(output.to);
          if (to) node.send(to.cell, { line: output.to, type: 'command', frame: output.frame });
        } else if (output.type === 'publish') {
          this.published.push(decodeFrame(output.frame).decode() as ThynapseEvent);
          for (const [line, { cell, home }] of this.#lines)
            if (home === node.name) node.send(cell, { line, type: 'event', frame: output.frame });
        } else peers.do(output);
      }
    };
    const peers = new PeerLines({ node, id, mayListen, run, crossings: this.crossings });
    this.#stepTransmitter.set(node.name, run);
    const tick = (): void => {
      run({ type: 'tick' });
      node.clock.setTimer(tickMs, tick);
    };
    tick();
    for (const other of this.network.nodes)
      if (/^t\d+$/.test(other) && other !== node.name && mayListen(node.name, other)) {
        run({ type: 'join', address: other });
        break;
      }
    return {
      receive: (from: string, packet: Packet): void => {
        if (isPeerPacket(packet)) {
          peers.receive(from, packet);
          return;
        }
        const { line, type, frame } = packet;
        if (type === 'open') {
          this.#lines.set(line, { cell: from, home: node.name });
          node.send(from, { line, type: 'opened' });
        } else if (!this.#lines.has(line)) {
          node.send(from, { line, type: 'broken' });
        } else if (frame) {
          run({ type: 'message', from: line, message: [frame] });
        }
      },
    };
  }

  #startCell(node: SimulatedNode<Packet>, plan: CellPlan) {
    let { home = 't0' } = plan;
    const id = randomThid(this.#prng);
    const state = newCell({ ...cellDefaults, address: home, id, service: plan.service, capacity: plan.capacity });
    const heard: ThynapseEvent[] = [];
    this.heard.set(id, heard);
    this.alive.set(plan.name, id);
    let line = '';
    let isOpen = false;
    let seq = 0;
    const connect = (): void => {
      line = `${plan.name}.${++this.#lineCount}`;
      isOpen = false;
      const asked = line;
      node.send(home, { line, type: 'open' });
      node.clock.setTimer(300, () => {
        if (asked === line && !isOpen) connect();
      });
    };
    const lose = (broken: string): void => {
      if (broken !== line) return;
      run({ type: 'disconnected' });
      connect();
    };
    const run = (input: CellInput): void => {
      for (const output of stepCell(state, input, node.clock.now())) {
        switch (output.type) {
          case 'send':
            node.send(home, { line, type: 'command', frame: output.frame });
            break;
          case 'reconnect':
            connect();
            break;
          case 'move':
            home = output.to;
            connect();
            break;
          case 'task':
            this.mostInHand.set(plan.name, Math.max(this.mostInHand.get(plan.name) ?? 0, state.working.size));
            this.#work(node, plan, output.event, run);
            break;
          case 'confirmed': {
            const event = this.events.get(output.id);
            if (!event) break;
            event.confirmations++;
            event.services = output.services ?? event.services;
            // Nobody handles it: the library gives the request up.
            if (event.isRequest && output.services?.length === 0) run({ type: 'forget', id: output.id });
            break;
          }
          case 'refused': {
            const event = this.events.get(output.id);
            if (event) event.refusals++;
            break;
          }
          case 'answered':
            this.#observed(output.id).answers++;
            break;
          case 'error':
            throw new Error(`${plan.name} was told ${output.code}: ${output.message}`);
          default:
        }
      }
    };
    this.#cut.set(plan.name, (broken) => {
      if (this.alive.get(plan.name) === id) lose(broken);
    });
    this.#emit.set(plan.name, (channel, isRequest) => {
      const made = makeEvent({ channel, from: id, seq: ++seq, confirm: true, ...(isRequest && { answer: true }) });
      this.events.set(made.event.id, {
        id: made.event.id,
        channel,
        sender: plan.name,
        senderId: id,
        isRequest,
        confirmations: 0,
        services: undefined,
        refusals: 0,
        answers: 0,
        handled: new Map(),
      });
      run({ type: 'emit', id: made.event.id, frame: made.bytes, confirm: true, answer: isRequest });
    });
    for (const [i, pattern] of plan.patterns.entries()) run({ type: 'catch', pattern, id: `p${i}` });
    const tick = (): void => {
      run({ type: 'tick' });
      node.clock.setTimer(tickMs, tick);
    };
    tick();
    connect();
    return {
      receive: (_: string, packet: Packet): void => {
        if (isPeerPacket(packet) || packet.line !== line) return;
        if (packet.type === 'opened') {
          isOpen = true;
          run({ type: 'connected' });
        } else if (packet.type === 'broken') lose(line);
        else if (packet.type === 'command' && packet.frame) run({ type: 'message', message: [packet.frame] });
        else if (packet.frame) heard.push(decodeFrame(packet.frame).decode() as ThynapseEvent);
      },
    };
  }

  #work(node: SimulatedNode<Packet>, plan: CellPlan, event: TaskEvent, run: (input: CellInput) => void): void {
    const { failure = 0 } = this.#options;
    const fails = failure > 0 && this.#prng.float() < failure;
    node.clock.setTimer(this.#prng.float() * 100, () => {
      if (fails) {
        run({ type: 'fail', re: event.id, message: 'bad luck', final: false });
        return;
      }
      const handled = this.events.get(event.id)?.handled;
      handled?.set(plan.service, (handled.get(plan.service) ?? 0) + 1);
      run({ type: 'done', re: event.id, data: plan.name });
    });
  }

  #observed(id: string): Observed {
    const event = this.events.get(id);
    if (!event) throw new Error(`nobody sent ${id}`);
    return event;
  }
}

/** What a frame between transmitters says, for people. */
function describePeerFrame(bytes: Uint8Array): string {
  const frame = decodeFrame(bytes);
  const payload = frame.decode() as { readonly entries?: readonly { readonly bytes?: Uint8Array }[] };
  const entries = payload.entries?.map((entry) => ({
    ...entry,
    ...(entry.bytes && { bytes: (decodeFrame(entry.bytes).decode() as ThynapseEvent).id }),
  }));
  return `${frame.command} ${JSON.stringify({ ...payload, ...(entries && { entries }) })}`.slice(0, 2000);
}
