import { InvalidArgumentError, LimitError, type Clock, type Prng, type Timer } from '@syncytium/kit';
import type { SimulatedClock } from './simulated-clock.js';
import type { Trace } from './trace.js';

/** What may go wrong between a sender and a receiver. Probabilities from 0 to 1. */
export interface LinkFaults {
  /** Shortest and longest time a message travels, in milliseconds. */
  readonly delayMs: readonly [number, number];
  /** How likely a message is lost. */
  readonly loss: number;
  /** How likely a message arrives twice. */
  readonly duplication: number;
  /** How likely a message may overtake earlier ones; all others arrive in the order they were sent. */
  readonly reordering: number;
}

/** One node as its own code sees it. It is gone after a crash: a restart makes another one. */
export interface SimulatedNode<P> {
  readonly name: string;
  /** The network's clock, except that timers set through it never fire after the node has crashed. */
  readonly clock: Clock;
  /** Sends a payload; whether and when it arrives is the network's affair. */
  send(to: string, payload: P): void;
}

/** What a node does. */
export interface NodeBehaviour<P> {
  receive(from: string, payload: P): void;
}

export interface SimulatedNetworkOptions<P> {
  readonly clock: SimulatedClock;
  readonly prng: Prng;
  readonly trace: Trace;
  /** Faults of every link that has none of its own: 0.1 to 2 ms, nothing lost, doubled or overtaken unless told. */
  readonly faults?: Partial<LinkFaults>;
  /** Most messages travelling at once (100,000 unless told); more means that the nodes talk in circles. */
  readonly inFlightMax?: number;
  /** Shows a payload in the trace. */
  readonly describe?: (payload: P) => string;
}

export interface PartitionOptions {
  /** What happens to messages across the cut: `lost` (the default), or `held` and delivered after it has healed. */
  readonly messages?: 'lost' | 'held';
}

interface Node<P> {
  readonly start: (node: SimulatedNode<P>) => NodeBehaviour<P>;
  behaviour: NodeBehaviour<P> | undefined;
  /** How often it was started; what was sent to an earlier life does not reach a later one. */
  life: number;
  /** While it is frozen: what it will do then. */
  frozen: Frozen | undefined;
}

interface Frozen {
  readonly timers: (() => void)[];
  readonly messages: (() => void)[];
}

interface Cut {
  readonly sideOf: ReadonlyMap<string, number>;
  readonly held: boolean;
}

const noFaults: LinkFaults = { delayMs: [0.1, 2], loss: 0, duplication: 0, reordering: 0 };

/**
 * Named nodes that send each other payloads over links with faults. Every decision comes from the seeded random numbers,
 * and all time from the simulated clock, so that one seed always gives the same run. A message to a node that crashed,
 * or that was restarted since, is lost, as it would be with the connection that carried it.
 *
 * @see docs/spec/testkit.md
 */
export class SimulatedNetwork<P> {
  readonly #clock: SimulatedClock;
  readonly #prng: Prng;
  readonly #trace: Trace;
  readonly #inFlightMax: number;
  readonly #describe: ((payload: P) => string) | undefined;
  readonly #nodes = new Map<string, Node<P>>();
  readonly #links = new Map<string, LinkFaults>();
  /** When the last message of an ordered link arrives. */
  readonly #lastArrivalMs = new Map<string, number>();
  #defaults: LinkFaults;
  #cut: Cut | undefined;
  #held: (() => void)[] = [];
  #inFlight = 0;

  constructor({ clock, prng, trace, faults, inFlightMax = 100_000, describe }: SimulatedNetworkOptions<P>) {
    this.#clock = clock;
    this.#prng = prng;
    this.#trace = trace;
    this.#defaults = withFaults(noFaults, faults);
    this.#inFlightMax = inFlightMax;
    this.#describe = describe;
  }

  /** Names of all nodes, running or not, in the order they were added. */
  get nodes(): readonly string[] {
    return [...this.#nodes.keys()];
  }

  /** Messages on their way, the held ones included. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Adds a node and starts it. `start` is called again at every restart; what it closes over is the node's disk. */
  addNode(name: string, start: (node: SimulatedNode<P>) => NodeBehaviour<P>): void {
    if (this.#nodes.has(name)) throw new InvalidArgumentError('name', `${name} is a node already`);
    const node: Node<P> = { start, behaviour: undefined, life: 0, frozen: undefined };
    this.#nodes.set(name, node);
    this.#start(name, node);
  }

  /** Changes the faults of all links without their own. */
  setFaults(faults: Partial<LinkFaults>): void {
    this.#defaults = withFaults(this.#defaults, faults);
  }

  /** Gives one direction of one link its own faults; what is not told is as for the others now. */
  setLinkFaults(from: string, to: string, faults: Partial<LinkFaults>): void {
    this.#links.set(linkKey(from, to), withFaults(this.#defaults, faults));
  }

  /** Cuts the network into groups; nodes in no group form one together. Replaces an earlier cut. */
  partition(groups: readonly (readonly string[])[], { messages = 'lost' }: PartitionOptions = {}): void {
    this.#release();
    const sideOf = new Map(groups.flatMap((group, side) => group.map((name) => [name, side + 1] as const)));
    this.#cut = { sideOf, held: messages === 'held' };
    this.#trace.add({ kind: 'partition', detail: () => groups.map((group) => group.join(' ')).join(' | ') });
  }

  /** Ends the partition; held messages travel on. */
  heal(): void {
    if (!this.#cut) return;
    this.#cut = undefined;
    this.#trace.add({ kind: 'heal' });
    this.#release();
  }

  isUp(name: string): boolean {
    return this.#known(name).behaviour !== undefined;
  }

  /** The node stops at once: no more messages, no more timers. What it has sent is still on its way. */
  crash(name: string): void {
    const node = this.#known(name);
    if (!node.behaviour) return;
    node.behaviour = undefined;
    this.#trace.add({ kind: 'crash', from: name });
    // What came while it was frozen is lost with it.
    this.thaw(name);
  }

  isFrozen(name: string): boolean {
    return this.#known(name).frozen !== undefined;
  }

  /** The node stands still, as one whose process is stopped: until it is thawed, it gets no message and no timer fires. */
  freeze(name: string): void {
    const node = this.#known(name);
    if (!node.behaviour || node.frozen) return;
    node.frozen = { timers: [], messages: [] };
    this.#trace.add({ kind: 'freeze', from: name });
  }

  /** A frozen node goes on: first what its timers were set for, then the messages that came, each in its order. */
  thaw(name: string): void {
    const node = this.#known(name);
    if (!node.frozen) return;
    const { timers, messages } = node.frozen;
    node.frozen = undefined;
    this.#trace.add({ kind: 'thaw', from: name });
    for (const goOn of [...timers, ...messages]) goOn();
  }

  /** Starts a crashed node anew, without memory of its former life. */
  restart(name: string): void {
    const node = this.#known(name);
    if (node.behaviour) return;
    this.#trace.add({ kind: 'restart', from: name });
    this.#start(name, node);
  }

  #start(name: string, node: Node<P>): void {
    const life = ++node.life;
    // A node that sends from within `start` is alive already.
    node.behaviour = { receive: () => undefined };
    const isAlive = (): boolean => node.life === life && node.behaviour !== undefined;
    const clock: Clock = {
      now: () => this.#clock.now(),
      wallNow: () => this.#clock.wallNow(),
      setTimer: (delayMs: number, fire: () => void): Timer =>
        this.#setTimer(node, delayMs, () => {
          if (isAlive()) fire();
        }),
    };
    const send = (to: string, payload: P): void => {
      if (isAlive()) this.#send(name, to, payload);
    };
    node.behaviour = node.start({ name, clock, send });
  }

  /** A timer that is due while the node is frozen fires when it is thawed, unless it is cancelled before. */
  #setTimer(node: Node<P>, delayMs: number, fire: () => void): Timer {
    let isCancelled = false;
    const goOn = (): void => {
      if (isCancelled) return;
      if (node.frozen) node.frozen.timers.push(goOn);
      else fire();
    };
    const timer = this.#clock.setTimer(delayMs, goOn);
    return {
      cancel: () => {
        isCancelled = true;
        timer.cancel();
      },
    };
  }

  #send(from: string, to: string, payload: P): void {
    const { life } = this.#known(to);
    const key = linkKey(from, to);
    const faults = this.#links.get(key) ?? this.#defaults;
    const detail = this.#describe && this.#detailOf(payload);
    const event = { from, to, ...(detail && { detail }) };
    this.#trace.add({ kind: 'send', ...event });
    if (this.#chance(faults.loss)) {
      this.#trace.add({ kind: 'lose', ...event });
      return;
    }
    const copies = this.#chance(faults.duplication) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      if (this.#inFlight >= this.#inFlightMax)
        throw new LimitError('messages in flight', this.#inFlightMax, 'messages');
      this.#inFlight++;
      this.#clock.setTimerAt(this.#arrivalMs(key, faults), () => this.#arrive(event, payload, life));
    }
  }

  #arrive(event: { from: string; to: string }, payload: P, life: number): void {
    const { from, to } = event;
    const isCut = this.#cut !== undefined && this.#isCut(this.#cut, from, to);
    if (isCut && this.#cut?.held) {
      this.#held.push(() => this.#arrive(event, payload, life));
      return;
    }
    const node = this.#known(to);
    const deliver = (): void => {
      if (node.frozen) {
        node.frozen.messages.push(deliver);
        return;
      }
      this.#inFlight--;
      if (isCut || !node.behaviour || node.life !== life) {
        this.#trace.add({ kind: 'lose', ...event });
        return;
      }
      this.#trace.add({ kind: 'deliver', ...event });
      node.behaviour.receive(from, payload);
    };
    deliver();
  }

  /** Held messages go on in the order they were held. */
  #release(): void {
    const held = this.#held;
    this.#held = [];
    for (const arrive of held) this.#clock.setTimer(0, arrive);
  }

  #arrivalMs(key: string, { delayMs: [shortest, longest], reordering }: LinkFaults): number {
    const atMs = this.#clock.now() + shortest + this.#prng.float() * (longest - shortest);
    if (this.#chance(reordering)) return atMs;
    const inOrderMs = Math.max(atMs, this.#lastArrivalMs.get(key) ?? 0);
    this.#lastArrivalMs.set(key, inOrderMs);
    return inOrderMs;
  }

  /** Draws only where something can happen, so that a fault that is switched off does not shift all other decisions. */
  #chance(probability: number): boolean {
    return probability > 0 && this.#prng.float() < probability;
  }

  #isCut({ sideOf }: Cut, from: string, to: string): boolean {
    return (sideOf.get(from) ?? 0) !== (sideOf.get(to) ?? 0);
  }

  #detailOf(payload: P): () => string {
    return () => this.#describe?.(payload) ?? '';
  }

  #known(name: string): Node<P> {
    const node = this.#nodes.get(name);
    if (!node) throw new InvalidArgumentError('name', `${name} is no node of the network`);
    return node;
  }
}

function withFaults(base: LinkFaults, faults: Partial<LinkFaults> = {}): LinkFaults {
  const all = { ...base, ...faults };
  for (const name of ['loss', 'duplication', 'reordering'] as const)
    if (!(all[name] >= 0 && all[name] <= 1))
      throw new InvalidArgumentError(name, `must be from 0 to 1, got ${all[name]}`);
  const [shortest, longest] = all.delayMs;
  if (!(shortest >= 0 && longest >= shortest))
    throw new InvalidArgumentError('delayMs', `must be a range from 0 up, got ${shortest} to ${longest}`);
  return all;
}

function linkKey(from: string, to: string): string {
  return `${from}\0${to}`;
}
