import { randomThid } from '@syncytium/codec';
import {
  silentLog,
  silentMetrics,
  systemClock,
  systemPrng,
  WaitTable,
  type Clock,
  type Component,
  type Log,
  type Metrics,
  type Prng,
  type Timer,
  type Wait,
} from '@syncytium/kit';
import type { Message, PublisherSocket, RouterSocket, SocketOptions, Sockets } from '@syncytium/transport';
import { PeerLine } from './peer-line.js';
import { askedUntil, TaskWait } from './task-wait.js';
import { topologyOf, type Topology } from './topology.js';
import { step } from './transmitter.js';
import { TransmitterMetrics } from './transmitter-metrics.js';
import {
  newTransmitter,
  transmitterDefaults,
  type Task,
  type TransmitterInput,
  type TransmitterOptions,
  type TransmitterOutput,
  type TransmitterState,
} from './transmitter-state.js';
import { payloadBytesMax, toPrefix } from './wire.js';

export interface TransmitterNodeOptions {
  readonly sockets: Sockets;
  /** Where cells send their commands to, such as `tcp://127.0.0.1:5454`. */
  readonly command: string;
  /** Where events are published. */
  readonly event: string;
  /** The event socket's address as cells reach it, made from the one that was bound; the same unless told. */
  readonly advertise?: (bound: string) => string;
  /** Event sockets of other transmitters to join; any one of a network is enough. */
  readonly peers?: readonly string[];
  /** THID, another one for every start; a random one unless told. */
  readonly id?: string;
  /** CURVE keys of both sockets, and who may connect. */
  readonly curve?: SocketOptions['curve'];
  /** Limits and times that differ from the defaults. */
  readonly limits?: Partial<Omit<TransmitterOptions, 'id' | 'pub' | 'command'>>;
  readonly clock?: Clock;
  readonly prng?: Prng;
  readonly log?: Log;
  readonly metrics?: Metrics;
  /** Where its waits are shown; a table of its own unless told. */
  readonly waits?: WaitTable;
}

/** Cells that find no place among the early ones say hello again. */
const earlyMax = 1000;

/** How often the core hears of the time, in milliseconds. */
const tickMs = 50;

/** Above the number of tasks, since all of them may be given out at once. */
const sendQueueMax = 250_000;

/** How long what is queued may still be sent when the node stops. */
const lingerMs = 500;

/** A transmitter on sockets: it passes on what happens, and does what {@link step} decides. */
export class TransmitterNode implements Component {
  readonly name = 'transmitter';
  readonly id: string;
  readonly waits: WaitTable;
  readonly #options: TransmitterNodeOptions;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #openWaits = new Map<Task, Wait>();
  /** Events that found no place in the publisher's queue; while there are any, no more are accepted. */
  readonly #unpublished: Message[] = [];
  /** What happened before the event socket had its address, which a welcome must tell. */
  readonly #early: TransmitterInput[] = [];
  /** Lines to other transmitters, by the addresses of their event sockets. */
  readonly #peers = new Map<string, PeerLine>();
  #router: RouterSocket | undefined;
  #publisher: PublisherSocket | undefined;
  #state: TransmitterState | undefined;
  #metrics: TransmitterMetrics | undefined;
  #onIdle: (() => void) | undefined;
  #command = '';
  #ticking: Timer | undefined;

  constructor(options: TransmitterNodeOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? silentLog;
    this.id = options.id ?? randomThid(options.prng ?? systemPrng());
    this.waits = options.waits ?? new WaitTable({ system: 'thynapse', clock: this.#clock });
  }

  /** Address of the command socket, once it is bound. */
  get command(): string {
    return this.#command;
  }

  /** Address of the event socket, as cells reach it. */
  get event(): string {
    return this.#state?.options.pub ?? '';
  }

  /** Binds both sockets. Throws `AddressError`. */
  async start(): Promise<void> {
    const {
      sockets,
      command,
      event,
      advertise = (bound: string) => bound,
      peers = [],
      limits,
      metrics,
    } = this.#options;
    const curve = withPeers(this.#options.curve);
    this.#publisher = sockets.publisher({
      ...(curve && { curve }),
      frameBytesMax: payloadBytesMax * 2,
      onSubscription: (topic, wanted) => {
        this.#step({ type: wanted ? 'subscribed' : 'unsubscribed', topic });
      },
      onDrain: () => this.#publishMore(),
      onError: (error) => this.#log.warn('event socket', { err: error }),
    });
    this.#router = sockets.router({
      ...(curve && { curve }),
      sendQueueMax,
      frameBytesMax: payloadBytesMax * 2,
      onMessage: (from, message) => this.#step({ type: 'message', from, message }),
      onDisconnect: (peer) => this.#step({ type: 'gone', peer }),
      onError: (error) => this.#log.warn('command socket', { err: error }),
    });
    this.#command = await this.#router.bind(command);
    const pub = advertise(await this.#publisher.bind(event));
    const options = { ...transmitterDefaults, ...limits, id: this.id, pub, command: advertise(this.#command) };
    this.#state = newTransmitter(options);
    this.#metrics = new TransmitterMetrics(this.#state, metrics ?? silentMetrics);
    for (const input of this.#early.splice(0)) this.#step(input);
    for (const address of peers) this.#step({ type: 'join', address });
    this.#tick();
    this.#log.info('transmitter is up', { id: this.id, command: this.#command, event: pub });
  }

  /** Accepts nothing new, and resolves when every task has ended. */
  async drain(signal?: AbortSignal): Promise<void> {
    if (this.#state) this.#step({ type: 'drain' });
    if (this.#openWaits.size === 0 || signal?.aborted) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /** Tells the cells that it leaves, and gives back its sockets. */
  async stop(): Promise<void> {
    if (this.#state) this.#step({ type: 'leave' });
    this.#ticking?.cancel();
    const lines = [...this.#peers.values()].map((line) => line.close());
    await Promise.all([this.#router?.close(lingerMs), this.#publisher?.close(lingerMs), ...lines]);
    for (const wait of this.#openWaits.values()) wait.close('cancelled');
    this.#openWaits.clear();
  }

  topology(): Topology {
    const now = this.#clock.now();
    const sinceOf = (task: Task): number => this.#openWaits.get(task)?.since ?? now;
    if (this.#state) return topologyOf(this.#state, { command: this.#command, now, sinceOf });
    return {
      clockMs: now,
      events: 0,
      transmitter: { id: this.id, command: '', event: '' },
      transmitters: [],
      services: [],
    };
  }

  #tick(): void {
    this.#step({ type: 'tick' });
    this.#metrics?.update();
    this.#ticking = this.#clock.setTimer(tickMs, () => this.#tick());
  }

  #step(input: TransmitterInput): void {
    if (!this.#state) {
      if (this.#early.length < earlyMax) this.#early.push(input);
      return;
    }
    for (const output of step(this.#state, input, this.#clock.now())) this.#do(output);
  }

  #do(output: TransmitterOutput): void {
    switch (output.type) {
      case 'send':
        // A cell that lets thousands of messages lie is as good as gone.
        if (!this.#router?.send(output.to, [output.frame])) this.#step({ type: 'gone', peer: output.to });
        break;
      case 'publish':
        this.#publish([Buffer.from(output.channel), output.frame]);
        break;
      case 'peer':
        this.#publish([Buffer.from(`${toPrefix}${output.to}::${this.id}`), output.frame]);
        break;
      case 'link':
        this.#link(output.address);
        break;
      case 'unlink':
        void this.#peers.get(output.address)?.close();
        this.#peers.delete(output.address);
        break;
      case 'opened':
        this.#open(output.task);
        break;
      case 'closed':
        this.#openWaits.get(output.task)?.close(output.outcome);
        this.#openWaits.delete(output.task);
        if (this.#openWaits.size === 0) this.#onIdle?.();
        break;
    }
  }

  /** An address that is none came from another transmitter, and concerns nobody else. */
  #link(address: string): void {
    const { sockets, curve } = this.#options;
    try {
      const line = new PeerLine({
        sockets,
        address,
        id: this.id,
        pub: this.event,
        ...(curve && { curve }),
        onMessage: (from, message) => this.#step({ type: 'peer', from, message }),
        onGone: (peer) => this.#step({ type: 'peer-gone', peer }),
        onError: (error) => this.#log.warn('line to another transmitter', { address, err: error }),
      });
      this.#peers.set(address, line);
    } catch (error) {
      this.#log.warn('cannot listen to another transmitter', { address, err: error });
    }
  }

  #open(task: Task): void {
    const until = askedUntil(task, this.#clock.now());
    this.#openWaits.set(task, this.waits.open(new TaskWait(task, this.#nameOf), until));
  }

  #publish(message: Message): void {
    if (this.#unpublished.length === 0 && this.#publisher?.send(message)) return;
    this.#unpublished.push(message);
    if (this.#unpublished.length === 1) this.#step({ type: 'congested', congested: true });
  }

  #publishMore(): void {
    let sent = 0;
    for (const message of this.#unpublished) {
      if (!this.#publisher?.send(message)) break;
      sent++;
    }
    this.#unpublished.splice(0, sent);
    if (this.#unpublished.length === 0) this.#step({ type: 'congested', congested: false });
  }

  readonly #nameOf = (cellId: string): string | undefined => this.#state?.cells.get(cellId)?.name;
}

/** The transmitters of a network have one pair of keys, and may connect to each other. */
function withPeers(curve: SocketOptions['curve']): SocketOptions['curve'] {
  const allow = curve?.allow;
  return curve && allow ? { ...curve, allow: (key) => key === curve.publicKey || allow(key) } : curve;
}
