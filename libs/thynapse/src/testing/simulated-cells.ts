import { decodeFrame } from '@syncytium/codec';
import { SimulatedNetwork, type LinkFaults, type SimulatedNode, type SimulationRun } from '@syncytium/testkit';
import type { CellState } from '../cell/cell-state.js';
import type { ThynapseEvent } from '../wire/event.js';
import type { TransmitterOptions } from '../transmitter/transmitter-options.js';
import type { TransmitterState } from '../transmitter/transmitter-state.js';
import { Observer } from './observer.js';
import { isPeerPacket } from './peer-lines.js';
import { SimulatedCell, type CellPlan, type Emission } from './simulated-cell.js';
import type { Packet } from './simulated-line.js';
import { SimulatedTransmitter, type Faultiness } from './simulated-transmitter.js';

export interface WorldOptions extends Faultiness {
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
  readonly listenerBytesMax?: number;
  /** How likely an attempt fails. */
  readonly failure?: number;
  /** Spoils what cells know, before every step: for canaries. */
  readonly confuseCell?: (state: CellState) => void;
}

/** Transmitters and cells on a simulated network, with an observer. */
export class SimulatedCells {
  readonly network: SimulatedNetwork<Packet>;
  readonly plans: readonly CellPlan[];
  readonly seen = new Observer();
  readonly #options: WorldOptions;
  /** Of the transmitters that run, by name. */
  readonly #transmitters = new Map<string, SimulatedTransmitter>();
  readonly #cells = new Map<string, SimulatedCell>();
  /** Lines that stand, as their transmitters know them: for each transmitter, who is at the other end. */
  readonly #lines = new Map<string, Map<string, string>>();
  /** What is to happen when who was told to leave has left. */
  readonly #onLeft = new Map<string, () => void>();
  #lineCount = 0;

  constructor(options: WorldOptions) {
    const { run, faults, cells, peerFaults } = options;
    this.#options = options;
    this.plans = cells;
    this.network = new SimulatedNetwork({ ...run, faults: { delayMs: [0.1, 20], ...faults }, describe });
    const names = Array.from({ length: options.transmitters ?? 1 }, (_, i) => `t${i}`);
    for (const name of names) this.network.addNode(name, (node) => this.#startTransmitter(node));
    for (const one of names)
      for (const other of names) if (one !== other) this.network.setLinkFaults(one, other, { ...peerFaults });
    for (const plan of cells) this.network.addNode(plan.name, (node) => this.#startCell(node, plan));
  }

  /** What the transmitters that run know, by their names. */
  get states(): ReadonlyMap<string, TransmitterState> {
    return new Map(Array.from(this.#transmitters, ([name, { state }]) => [name, state]));
  }

  /** How many tasks are open anywhere. */
  get openTasks(): number {
    let count = 0;
    for (const { state } of this.#transmitters.values()) count += state.taskCount;
    return count;
  }

  /** How many tasks cells that run have in hand. */
  get tasksInHand(): number {
    let count = 0;
    for (const [name, { inHand }] of this.#cells) if (this.network.isUp(name)) count += inHand;
    return count;
  }

  /** Lets a cell send an event; `false` when it is down or frozen. */
  emit(cell: string, emission: Emission): boolean {
    const runs = this.network.isUp(cell) && !this.network.isFrozen(cell);
    const living = runs ? this.#cells.get(cell) : undefined;
    living?.emit(emission);
    return living !== undefined;
  }

  /** Breaks a random line: what is on its way is lost, and both ends learn of it. */
  breakLine(): void {
    const { prng, trace, clock } = this.#options.run;
    const lines = [...this.#lines].flatMap(([home, ends]) =>
      Array.from(ends, ([line, cell]) => ({ home, line, cell })),
    );
    const broken = lines[prng.int(Math.max(1, lines.length))];
    if (!broken) return;
    const { home, line, cell } = broken;
    trace.note(`line ${line} breaks`);
    this.#loseLine(home, line);
    clock.setTimer(prng.float() * 50, () => {
      if (this.network.isUp(cell)) this.#cells.get(cell)?.lose(line);
    });
  }

  /** Transmitters and cells are stopped together, and go on together. */
  freeze(names: readonly string[], forMs: number): void {
    for (const name of names) {
      if ((this.#cells.get(name)?.inHand ?? 0) > 0) this.seen.exercises.note('stopped at work');
      this.network.freeze(name);
    }
    this.#options.run.clock.setTimer(forMs, () => {
      for (const name of names) this.network.thaw(name);
    });
  }

  /** The cell dies; most times the transmitter learns of it, sometimes only its silence tells. */
  crashCell(name: string): void {
    const { prng, clock } = this.#options.run;
    this.network.crash(name);
    this.seen.died(name);
    for (const [home, lines] of this.#lines)
      for (const [line, cell] of lines)
        if (cell === name && prng.int(10) < 7) clock.setTimer(prng.float() * 30, () => this.#loseLine(home, line));
  }

  /** The transmitter dies; another one takes its place when it is restarted. */
  crashTransmitter(name: string): void {
    this.network.crash(name);
    this.#transmitters.delete(name);
  }

  /** Drains a transmitter or a cell and, when it has left, starts another life of it. */
  replace(name: string, then: () => void): void {
    this.#onLeft.set(name, () => {
      this.seen.replaced.push(name);
      if (this.#cells.has(name)) this.crashCell(name);
      else this.crashTransmitter(name);
      this.#options.run.clock.setTimer(this.#options.run.prng.float() * 500, () => {
        this.network.restart(name);
        then();
      });
    });
    this.#cells.get(name)?.leave();
    this.#transmitters.get(name)?.run({ type: 'drain' });
  }

  #loseLine(home: string, line: string): void {
    if (this.#lines.get(home)?.delete(line) !== true || !this.network.isUp(home)) return;
    this.#transmitters.get(home)?.run({ type: 'gone', peer: line });
  }

  #startTransmitter(node: SimulatedNode<Packet>) {
    const { run, mayListen = () => true } = this.#options;
    const { name } = node;
    const lines = new Map<string, string>();
    this.#lines.set(name, lines);
    const transmitter = new SimulatedTransmitter({
      ...this.#options,
      node,
      prng: run.prng,
      seen: this.seen,
      lines,
      mayListen,
      onDrained: () => this.#noteAbandoned(transmitter.state.options.id),
      onLeft: () => this.#onLeft.get(name)?.(),
    });
    this.#transmitters.set(name, transmitter);
    const other = this.network.nodes.find((one) => /^t\d+$/.test(one) && one !== name && mayListen(name, one));
    if (other !== undefined) transmitter.run({ type: 'join', address: other });
    return { receive: (from: string, packet: Packet): void => transmitter.receive(from, packet) };
  }

  /** What the others take for its own when it is about to leave. */
  #noteAbandoned(id: string): void {
    for (const { state } of this.#transmitters.values())
      if (state.options.id !== id)
        for (const { owner, event } of state.open.values()) if (owner === id) this.seen.abandoned.add(event.id);
  }

  #startCell(node: SimulatedNode<Packet>, plan: CellPlan) {
    const { failure = 0, confuseCell } = this.#options;
    const cell = new SimulatedCell({
      node,
      plan,
      prng: this.#options.run.prng,
      seen: this.seen,
      newLine: () => `${plan.name}.${++this.#lineCount}`,
      failure,
      ...(confuseCell && { confuseCell }),
      onLeft: () => this.#onLeft.get(plan.name)?.(),
    });
    this.#cells.set(plan.name, cell);
    return { receive: (_: string, packet: Packet): void => cell.receive(packet) };
  }
}

/** What travels, for people. */
function describe(packet: Packet): string {
  if (isPeerPacket(packet)) return `${packet.type} ${packet.frame ? describePeerFrame(packet.frame) : ''}`;
  const { line, type, frame } = packet;
  return `${line} ${type} ${frame ? Buffer.from(frame).toString().slice(0, 160) : ''}`;
}

function describePeerFrame(bytes: Uint8Array): string {
  const frame = decodeFrame(bytes);
  const payload = frame.decode() as { readonly entries?: readonly { readonly bytes?: Uint8Array }[] };
  const entries = payload.entries?.map((entry) => ({
    ...entry,
    ...(entry.bytes && { bytes: (decodeFrame(entry.bytes).decode() as ThynapseEvent).id }),
  }));
  return `${frame.command} ${JSON.stringify({ ...payload, ...(entries && { entries }) })}`.slice(0, 2000);
}
