import { encodeFrame, randomThid } from '@syncytium/codec';
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
} from '@syncytium/kit';
import type { Message, PeerId, RouterSocket, SocketOptions, Sockets } from '@syncytium/transport';
import { ProtocolError } from '../errors.js';
import { CellOutboxes } from './cell-outboxes.js';
import { EventPublisher } from './event-publisher.js';
import { MulticastHub } from './multicast-hub.js';
import { allowPeers } from './peer-keys.js';
import { PeerLinks } from './peer-links.js';
import type { Position } from '../wire/position.js';
import { askedUntil, TaskWait } from './task-wait.js';
import { emptyTopology, topologyOf, type Topology } from './topology.js';
import { step } from './transmitter.js';
import { observeTransmitter } from './transmitter-metrics.js';
import { newTransmitter, type Task, type TransmitterState } from './transmitter-state.js';
import { transmitterDefaults, type TransmitterOptions } from './transmitter-options.js';
import type { TransmitterInput } from './transmitter-input.js';
import type { TransmitterOutput } from './transmitter-output.js';
import { commands, heartbeatsUntilLost, payloadBytesMax, toPrefix } from '../wire/wire.js';

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
  /**
   * Most messages that wait for one subscriber of the event socket, other transmitters included (10,000 unless told). ØMQ
   * counts messages, whatever their size.
   */
  readonly eventQueueMax?: number;
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

/** Most bytes of events on their way to one cell that listens. */
const listenerBytesMax = 16 * 1024 * 1024;

/** Most bytes of events that are kept for cells that come back. */
const replayBytesMax = 16 * 1024 * 1024;

/** How often lines that are no more are looked for, and listeners are told how far they are, in ticks. */
const pruneEveryTicks = 20;

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
  readonly #outboxes: CellOutboxes;
  readonly #listeners: MulticastHub;
  #flushing: NodeJS.Immediate | undefined;
  #untilPrune = 0;
  /** What happened before the event socket had its address, which a welcome must tell. */
  readonly #early: TransmitterInput[] = [];
  #router: RouterSocket | undefined;
  #publisher: EventPublisher | undefined;
  #peers: PeerLinks | undefined;
  #state: TransmitterState | undefined;
  #onDrained: (() => void) | undefined;
  #isDrained = false;
  #command = '';
  #ticking: Timer | undefined;
  #missing: Timer | undefined;

  constructor(options: TransmitterNodeOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? silentLog;
    this.id = options.id ?? randomThid(options.prng ?? systemPrng());
    this.waits = options.waits ?? new WaitTable({ system: 'thynapse', clock: this.#clock });
    this.#outboxes = new CellOutboxes({
      send: (to, message) => this.#send(to, message),
      takesBatches: (peer) => this.#state?.cellOf.get(peer)?.batch === true,
    });
    const { patternsPerCellMax, entriesKept } = { ...transmitterDefaults, ...options.limits };
    const hubOptions = {
      bytesMax: listenerBytesMax,
      patternsPerListenerMax: patternsPerCellMax,
      replayMax: entriesKept,
      replayBytesMax,
    };
    this.#listeners = new MulticastHub(hubOptions, (to, message) => this.#send(to, message));
  }

  /** Address of the command socket, once it is bound. */
  get command(): string {
    return this.#command;
  }

  /** Address of the event socket, as cells reach it. */
  get event(): string {
    return this.#state?.options.pub ?? '';
  }

  /** Whether it serves nobody yet, since it does not know what the transmitters know that it is to join. */
  get isJoining(): boolean {
    return this.#state?.network.joining !== undefined;
  }

  /** Binds both sockets. Throws `AddressError`. */
  async start(): Promise<void> {
    const {
      sockets,
      command,
      event,
      advertise = (bound: string) => bound,
      peers = [],
      eventQueueMax,
      limits,
      metrics,
    } = this.#options;
    const curve = allowPeers(this.#options.curve);
    this.#publisher = new EventPublisher({
      sockets,
      ...(curve && { curve }),
      ...(eventQueueMax !== undefined && { queueMax: eventQueueMax }),
      log: this.#log,
      onSubscription: (topic, wanted) => this.#step({ type: wanted ? 'subscribed' : 'unsubscribed', topic }),
      onCongested: (congested) => this.#step({ type: 'congested', congested }),
    });
    this.#router = sockets.router({
      ...(curve && { curve }),
      sendQueueMax,
      frameBytesMax: payloadBytesMax * 2,
      onMessage: (from, message) => this.#step({ type: 'message', from, message }),
      onDisconnect: (peer) => this.#step({ type: 'gone', peer }),
      onError: (error) => this.#log.warn(`command socket: ${error.message}`),
    });
    this.#command = await this.#router.bind(command);
    const pub = advertise(await this.#publisher.bind(event));
    const options = { ...transmitterDefaults, ...limits, id: this.id, pub, command: advertise(this.#command) };
    this.#state = newTransmitter(options);
    observeTransmitter(metrics ?? silentMetrics, this.#state, this.#listeners, this.#publisher);
    this.#peers = new PeerLinks({
      sockets,
      id: this.id,
      pub,
      ...(this.#options.curve && { curve: this.#options.curve }),
      log: this.#log,
      onMessage: (from, message) => this.#step({ type: 'peer', from, message }),
      onGone: (peer) => this.#step({ type: 'peer-gone', peer }),
    });
    for (const address of peers) this.#step({ type: 'join', address });
    for (const input of this.#early.splice(0)) this.#step(input);
    this.#tick();
    const patienceMs = heartbeatsUntilLost * options.heartbeatMs;
    this.#missing = this.#clock.setTimer(patienceMs, () => this.#peers?.warnOfSilent(peers));
    this.#log.info('transmitter is up', { id: this.id, command: this.#command, event: pub });
  }

  /**
   * Takes no new cells; resolves when all that is open, and the cells, are at other transmitters. Where there is none, it
   * accepts nothing new either, and every task has ended then.
   */
  async drain(signal?: AbortSignal): Promise<void> {
    if (this.#state) this.#step({ type: 'drain' });
    if (!this.#state || this.#isDrained || signal?.aborted) return;
    await new Promise<void>((resolve) => {
      this.#onDrained = resolve;
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /** Tells the cells that it leaves, and gives back its sockets. */
  async stop(): Promise<void> {
    if (this.#state) this.#step({ type: 'leave' });
    this.#ticking?.cancel();
    this.#missing?.cancel();
    clearImmediate(this.#flushing);
    this.#listeners.flush();
    this.#outboxes.close();
    await Promise.all([this.#router?.close(lingerMs), this.#publisher?.close(lingerMs), this.#peers?.close()]);
    for (const { tasks } of this.#state?.services.values() ?? [])
      for (const { wait } of tasks) wait?.close('cancelled');
  }

  topology(): Topology {
    const now = this.#clock.now();
    if (!this.#state) return emptyTopology(this.id, now);
    return topologyOf(this.#state, { command: this.#command, now });
  }

  #tick(): void {
    this.#step({ type: 'tick' });
    if (this.#untilPrune-- <= 0) this.#prune();
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
        this.#outboxes.push(output.to, output.frame);
        break;
      case 'publish':
        this.#publisher?.publish(output.channel, output.frame);
        this.#tell(output.channel, output.frame, 1, output.at);
        break;
      case 'publish-later':
        this.#publishLater(output);
        break;
      case 'publish-run':
        this.#publisher?.publishRun(output.channel, output.frame);
        this.#tell(output.channel, output.frame, output.count, output.at);
        break;
      case 'unknown':
        this.#listeners.startAt(output.at);
        break;
      case 'forgotten':
        this.#listeners.forget(output.id);
        break;
      case 'hear':
      case 'mute':
      case 'resume':
        this.#changeHearing(output);
        break;
      case 'took':
        this.#listeners.took(output.peer, output.bytes);
        break;
      case 'peer':
        this.#publisher?.send([Buffer.from(`${toPrefix}${output.to}::${this.id}`), output.frame]);
        break;
      case 'link':
        this.#peers?.link(output.address);
        break;
      case 'unlink':
        this.#peers?.unlink(output.address);
        break;
      case 'reach':
        this.#tellReach(output);
        break;
      case 'opened':
        this.#open(output.task);
        break;
      case 'closed':
        output.task.wait?.close(output.outcome);
        output.task.wait = undefined;
        break;
      case 'drained':
        this.#isDrained = true;
        this.#onDrained?.();
        break;
    }
  }

  #tellReach({ id, command, isReachable }: Extract<TransmitterOutput, { type: 'reach' }>): void {
    if (isReachable) this.#log.info('another transmitter can be reached', { id, command });
    else this.#log.warn('another transmitter cannot be reached any more', { id, command });
  }

  #open(task: Task): void {
    const until = askedUntil(task, this.#clock.now());
    task.wait = this.waits.open(new TaskWait(task, this.#nameOf), until);
  }

  #send(to: PeerId, message: Message): void {
    // A cell that lets thousands of messages lie is as good as gone.
    if (!this.#router?.send(to, message)) this.#step({ type: 'gone', peer: to });
  }

  /** Events go to the cells that listen: at once to one that was idle, else with what comes in the same tick. */
  #tell(channel: string, frame: Uint8Array, count: number, at: Position | undefined): void {
    if (this.#listeners.publish(channel, frame, count, at)) this.#flushing ??= setImmediate(this.#flush);
  }

  #publishLater({ channel, events, at }: Extract<TransmitterOutput, { type: 'publish-later' }>): void {
    this.#publisher?.publishLater(channel, events);
    if (this.#listeners.publishLater(channel, events, at)) this.#flushing ??= setImmediate(this.#flush);
  }

  readonly #flush = (): void => {
    this.#flushing = this.#listeners.flush() ? setImmediate(this.#flush) : undefined;
  };

  #changeHearing(output: Extract<TransmitterOutput, { type: 'hear' | 'mute' | 'resume' }>): void {
    const { peer } = output;
    try {
      if (output.type === 'resume') this.#listeners.resume(peer, output.patterns, output.since);
      else if (output.type === 'hear') this.#listeners.add(peer, output.pattern);
      else this.#listeners.drop(peer, output.pattern);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      const re = output.type === 'resume' ? undefined : output.re;
      const refusal = { code: error.code, message: error.message, ...(re !== undefined && { re }) };
      this.#outboxes.push(peer, encodeFrame('J', commands.error, refusal));
    }
  }

  /** What belongs to lines that are no more. */
  #prune(): void {
    this.#untilPrune = pruneEveryTicks;
    this.#listeners.tellPositions();
    const isThere = (peer: PeerId): boolean => this.#state?.cellOf.has(peer) === true;
    this.#listeners.prune(isThere);
    this.#outboxes.prune(isThere);
  }

  readonly #nameOf = (cellId: string): string | undefined => this.#state?.cells.get(cellId)?.name;
}
