import { SyncytiumError, toWireError, type Prng } from '@syncytium/kit';
import { parseLabels, parseSelector } from '@syncytium/selector-parser';
import { SimulatedNetwork, type LinkFaults, type SimulatedNode, type SimulationRun } from '@syncytium/testkit';
import type { MatchRequest } from '../kind.js';
import { Netsync } from '../netsync.js';
import type { SyncParams } from '../params.js';
import { Profile } from '../profile.js';
import type { TraceEntry } from '../trace.js';
import { anyGroup, bruteForceGroup } from './brute-force.js';
import { CountingMetrics } from './counting-metrics.js';
import { RecordingWaits } from './recording-waits.js';

type ErrandParams = SyncParams & { readonly labels: string; readonly selector: string };

/** A request of a client, which it may ask several times over several connections. Its payload is its name. */
interface Errand {
  readonly name: string;
  readonly params: ErrandParams;
  /** What the client was told, each time. */
  readonly heard: string[];
  isOver: boolean;
}

type Message =
  | { readonly kind: 'ask'; readonly connection: number; readonly seq: number; readonly params: SyncParams }
  | { readonly kind: 'cancel'; readonly connection: number; readonly seq: number }
  | { readonly kind: 'hangUp'; readonly connection: number }
  | { readonly kind: 'answer'; readonly connection: number; readonly seq: number; readonly answer: string };

/** A deliberate fault, which the invariants must find. */
export type Fault = 'keep the gone' | 'answer twice' | 'change a payload' | 'ask for more mates' | 'forget a wait';

export interface ClientsPlan {
  readonly faults: Partial<LinkFaults>;
  readonly fault?: Fault | undefined;
}

const pendingMax = 9;
const busyMs = 3000;

/**
 * A netsync server and clients that ask, cancel, hang up, die and ask again over a network with faults. After everything
 * that the server does its invariants are checked; the first that does not hold ends the run with an error:
 *
 * - an arrival is decided as the brute-force reference decides it, and nobody waits who could sync;
 * - every member of a group waits for an answer over a connection that is, as far as the server has heard, still there;
 * - a request is in one group at most, and every time it is asked gets one answer at most;
 * - all members of a group are told the same payloads, which are those of the members;
 * - every wait in the table is closed exactly once, and those that are open are the requests that wait;
 * - arrivals = members of groups + left + refused + pending, as the metrics count them.
 */
export class SimulatedClients {
  /** How often each thing happened, so that a simulation in which nothing happens is noticed. */
  readonly tally = new Map<string, number>();
  readonly #run: SimulationRun;
  readonly #prng: Prng;
  readonly #fault: Fault | undefined;
  readonly #network: SimulatedNetwork<Message>;
  readonly #metrics = new CountingMetrics();
  readonly #waits: RecordingWaits;
  readonly #netsync: Netsync;
  readonly #server: Server;
  readonly #errands = new Map<string, Errand>();
  /** Names of errands that wait, from the oldest on, as the trace tells it. */
  #waiting: MatchRequest[] = [];
  readonly #groupOf = new Map<string, string>();
  readonly #payloadsOf = new Map<string, string>();
  #arrivals = 0;

  constructor(run: SimulationRun, { faults, fault }: ClientsPlan) {
    const { clock, prng, trace } = run;
    this.#run = run;
    this.#prng = prng;
    this.#fault = fault;
    this.#waits = new RecordingWaits({ system: 'netsync', clock });
    this.#netsync = new Netsync({
      clock,
      prng,
      waits: this.#waits,
      metrics: this.#metrics,
      limits: { pendingMax },
      onTrace: (entry) => this.#onTrace(entry),
    });
    this.#network = new SimulatedNetwork<Message>({ clock, prng, trace, faults, describe: JSON.stringify });
    this.#server = new Server(this.#netsync, {
      fault,
      told: (name, answer) => this.#onAnswer(name, answer),
      acted: () => this.#check(),
    });
    this.#network.addNode('server', (node) => this.#server.start(node));
    const count = 2 + prng.int(5);
    for (let i = 0; i < count; i++) this.#addClient(`c${i}`);
  }

  /** Everything happens; throws what an invariant has to say. */
  play(): void {
    const { clock } = this.#run;
    if (this.#prng.int(4) === 0) clock.setTimer(busyMs * this.#prng.float(), () => this.#drain());
    clock.advance(busyMs);
    // Everybody who is left has a deadline, and knows when to give up.
    clock.advance(60_000);
    this.#drain();
    clock.runUntilIdle();
    for (const { name, isOver } of this.#errands.values()) assertThat(isOver, `${name} is waited for without end`);
    assertThat(this.#netsync.pending === 0 && this.#waits.openCount === 0, 'somebody waits after the end');
    for (const closings of this.#waits.closings)
      assertThat(closings.length === 1, `a wait was closed ${closings.length} times`);
  }

  #count(what: string): void {
    this.tally.set(what, (this.tally.get(what) ?? 0) + 1);
  }

  #drain(): void {
    this.#netsync.close();
    this.#check();
  }

  #addClient(name: string): void {
    let errands = 0;
    this.#network.addNode(name, (node) => {
      const client = new Client(node, this.#prng, (what) => this.#count(what));
      const next = (): void => {
        if (node.clock.now() > busyMs) return;
        const errand = this.#newErrand(name, errands++);
        client.begin(errand);
        node.clock.setTimer(20 + this.#prng.float() * 400, next);
      };
      node.clock.setTimer(this.#prng.float() * 200, next);
      return client;
    });
    if (this.#prng.int(4) > 0) return;
    this.#run.clock.setTimer(busyMs * this.#prng.float(), () => {
      this.#network.crash(name);
      this.#count('a client died');
      for (const errand of this.#errands.values()) if (errand.name.startsWith(`${name}.`)) errand.isOver = true;
      // Its connection is found to be dead some time later.
      this.#run.clock.setTimer(this.#prng.float() * 100, () => this.#server.lose(name));
    });
  }

  #newErrand(client: string, number: number): Errand {
    const anyOf = <T>(...items: readonly T[]): T => items[this.#prng.int(items.length)] as T;
    const name = `${client}.${number}`;
    const others = ['c0', 'c1', 'c2', 'c3'].filter((other) => other !== client);
    const params: ErrandParams = {
      event: anyOf('e', 'e', 'f'),
      actor: client,
      payload: name,
      mates: anyOf(0, 1, 1, 1, 1, 2, 2, 3),
      selector: anyOf(
        `actor!=${client}`,
        `actor!=${client}`,
        `actor in (${others.join(',')})`,
        `actor notin (${client},${anyOf(...others)})`,
        `actor=${anyOf(...others)}`,
        'tier',
        '!tier',
        'age>3',
        'age<5,actor',
      ),
      labels: anyOf(
        `actor=${client}`,
        `actor=${client}`,
        `actor=${client},tier=x`,
        `actor=${client},age=${anyOf(2, 4, 6)}`,
      ),
      timeout: anyOf(100, 500, 2000, 5000),
      idempotency: name,
    };
    const errand: Errand = { name, params, heard: [], isOver: false };
    this.#errands.set(name, errand);
    return errand;
  }

  #onTrace(entry: TraceEntry): void {
    if (entry.kind === 'arrive') this.#onArrive(entry.request.payload);
    else if (entry.kind === 'match') this.#onMatch(entry);
    else this.#onLeave(entry.request.payload, entry.reason);
  }

  /** The group that the reference says there is with the latest arrival. */
  #expected: readonly string[] | undefined;

  #onArrive(name: string): void {
    assertThat(this.#expected === undefined, `the group ${this.#expected?.join(' ')} did not sync`);
    const { params } = this.#errand(name);
    const request: MatchRequest = {
      id: name,
      event: params.event,
      mates: params.mates ?? 1,
      deadline: Infinity,
      profile: profileOf(params.labels, params.selector),
    };
    this.#arrivals++;
    this.#expected = bruteForceGroup(this.#waiting, request)?.map(({ id }) => id);
    if (this.#expected) this.#expected = [name, ...this.#expected];
    this.#waiting.push(request);
  }

  #onMatch({ matchId, requests }: TraceEntry & { kind: 'match' }): void {
    const names = requests.map(({ payload }) => payload);
    assertThat(
      names.join() === this.#expected?.join(),
      `${names.join()} sync, not ${this.#expected?.join() ?? 'nobody'}`,
    );
    this.#expected = undefined;
    for (const name of names) {
      assertThat(!this.#groupOf.has(name), `${name} is in two groups`);
      assertThat(this.#server.isHere(name), `${name} was gone when it was counted into a group`);
      this.#groupOf.set(name, matchId);
    }
    // Of two members with one actor the one that came last counts, and the newcomer came last.
    const byAge = [...requests.slice(1), ...requests.slice(0, 1)];
    const payloads = Object.fromEntries(byAge.map(({ actor, payload }) => [actor, payload]));
    this.#payloadsOf.set(matchId, JSON.stringify(sorted(payloads)));
    this.#waiting = this.#waiting.filter(({ id }) => !names.includes(id));
    this.#count(`a group of ${names.length}`);
  }

  #onLeave(name: string, reason: string): void {
    assertThat(
      this.#waiting.some(({ id }) => id === name),
      `${name} left and did not wait`,
    );
    this.#waiting = this.#waiting.filter(({ id }) => id !== name);
    this.#count(`left: ${reason}`);
  }

  /** The server has an answer for a request. */
  #onAnswer(name: string, answer: string): void {
    const { sync, payloads } = JSON.parse(answer) as { sync?: string; payloads?: Record<string, string> };
    if (sync === undefined) return;
    assertThat(this.#groupOf.get(name) === sync, `${name} was told of a group it is not in`);
    assertThat(
      JSON.stringify(sorted(payloads ?? {})) === this.#payloadsOf.get(sync),
      `${name} was told other payloads`,
    );
  }

  /** Holds after everything that the server does. */
  #check(): void {
    assertThat(this.#expected === undefined, `the group ${this.#expected?.join(' ')} did not sync`);
    const group = anyGroup(this.#waiting);
    assertThat(!group, `${group?.map(({ id }) => id).join(' ')} wait and could sync`);
    assertThat(this.#netsync.pending === this.#waiting.length, 'others wait than the trace tells');
    assertThat(this.#waits.openCount === this.#waiting.length, 'the waits are not those who wait');
    const metric = (name: string): number => this.#metrics.sumOf(`netsync_${name}`);
    const accounted = metric('group_size') + metric('left_total') + metric('refused_total') + this.#waiting.length;
    assertThat(metric('arrivals_total') === accounted, 'the metrics do not add up');
    assertThat(this.#metrics.of('netsync_pending') === this.#waiting.length, 'the gauge is wrong');
    assertThat(metric('arrivals_total') - metric('refused_total') === this.#arrivals, 'arrivals are miscounted');
    assertThat(metric('wait_seconds count') === metric('group_size'), 'not every member is timed');
    if (this.#fault === 'forget a wait' && this.#waits.closings.length > 3)
      this.#waits.open({ who: 'x', what: 'x', whom: [] });
  }

  #errand(name: string): Errand {
    const errand = this.#errands.get(name);
    if (!errand) throw new Error(`${name} was never asked`);
    return errand;
  }
}

interface ServerOptions {
  readonly fault: Fault | undefined;
  readonly told: (name: string, answer: string) => void;
  readonly acted: () => void;
}

interface Connection {
  readonly number: number;
  /** Every request that came over it, with what gives it up; those that were answered too. */
  readonly requests: Map<number, { readonly name: string; cancel: () => void; answers: number; isOpen: boolean }>;
}

/** What stands between the network and a Netsync: knows connections, and takes no message twice. */
class Server {
  readonly #netsync: Netsync;
  readonly #options: ServerOptions;
  readonly #connections = new Map<string, Connection>();
  #node: SimulatedNode<Message> | undefined;
  #asked = 0;

  constructor(netsync: Netsync, options: ServerOptions) {
    this.#netsync = netsync;
    this.#options = options;
  }

  start(node: SimulatedNode<Message>) {
    this.#node = node;
    return {
      receive: (from: string, message: Message) => {
        this.#receive(from, message);
        this.#options.acted();
      },
    };
  }

  /** Whether somebody waits for the answer of a request over a connection that is not known to be gone. */
  isHere(name: string): boolean {
    for (const { requests } of this.#connections.values())
      for (const request of requests.values()) if (request.name === name && request.isOpen) return true;
    return false;
  }

  /** The connection of a client is found to be gone. */
  lose(client: string): void {
    const connection = this.#connections.get(client);
    this.#connections.set(client, { number: Infinity, requests: new Map() });
    if (connection) this.#end(connection);
    this.#options.acted();
  }

  #receive(from: string, message: Message): void {
    let connection = this.#connections.get(from);
    if (!connection || message.connection > connection.number) {
      // A new connection of a client: its old one is gone.
      const former = connection;
      connection = { number: message.connection, requests: new Map() };
      this.#connections.set(from, connection);
      if (former) this.#end(former);
    }
    if (message.connection < connection.number) return;
    if (message.kind === 'ask') this.#ask(from, connection, message.seq, message.params);
    else if (message.kind === 'cancel') this.#cancel(connection, message.seq);
    else if (message.kind === 'hangUp') this.#end(connection);
  }

  #ask(from: string, connection: Connection, seq: number, asked: SyncParams): void {
    if (connection.requests.has(seq)) return;
    const request = { name: asked.payload ?? '', cancel: (): void => undefined, answers: 0, isOpen: true };
    connection.requests.set(seq, request);
    const answer = (text: string): void => {
      request.isOpen = false;
      request.answers++;
      assertThat(request.answers === 1, `${request.name} was answered twice`);
      this.#options.told(request.name, text);
      this.#node?.send(from, { kind: 'answer', connection: connection.number, seq, answer: text });
      if (this.#options.fault === 'answer twice' && seq === 3) answer(text);
    };
    const { fault } = this.#options;
    const params = fault === 'ask for more mates' && ++this.#asked % 7 === 0 ? { ...asked, mates: 4 } : asked;
    try {
      request.cancel = this.#netsync.submit(params, {
        onSync: (sync) => {
          const payloads = { ...sync.payloads };
          if (fault === 'change a payload' && seq === 2) payloads[asked.actor] = 'something else';
          answer(JSON.stringify({ sync: sync.id, payloads }));
        },
        onError: (error) => answer(JSON.stringify({ error: toWireError(error).code })),
      });
    } catch (error) {
      // What an invariant has to say is no answer.
      if (!(error instanceof SyncytiumError)) throw error;
      answer(JSON.stringify({ error: error.code }));
    }
  }

  #cancel({ requests }: Connection, seq: number): void {
    const request = requests.get(seq);
    // It may overtake what it cancels, which then must not begin.
    if (!request) requests.set(seq, { name: '', cancel: () => undefined, answers: 0, isOpen: false });
    else this.#giveUp(request);
  }

  #end({ requests }: Connection): void {
    for (const request of requests.values()) this.#giveUp(request);
  }

  #giveUp(request: { cancel: () => void; isOpen: boolean }): void {
    request.isOpen = false;
    if (this.#options.fault !== 'keep the gone') request.cancel();
  }
}

const patienceMs = 8000;

/** A client: one connection at a time, on which it asks; when it has heard nothing for long it asks again on a new one. */
class Client {
  readonly #node: SimulatedNode<Message>;
  readonly #prng: Prng;
  readonly #count: (what: string) => void;
  readonly #open = new Map<number, Errand>();
  #connection = 1;
  #seq = 0;

  constructor(node: SimulatedNode<Message>, prng: Prng, count: (what: string) => void) {
    this.#node = node;
    this.#prng = prng;
    this.#count = count;
  }

  begin(errand: Errand): void {
    this.#ask(errand);
    this.#node.clock.setTimer(patienceMs, () => {
      if (errand.isOver) return;
      this.#reconnect();
      this.#node.clock.setTimer(patienceMs, () => this.#abandon(errand));
    });
    if (this.#prng.int(5) > 0) return;
    this.#node.clock.setTimer(this.#prng.float() * 300, () => {
      if (errand.isOver) return;
      if (this.#prng.int(3) > 0) this.#abandon(errand);
      else this.#reconnect();
    });
  }

  receive(_from: string, message: Message): void {
    if (message.kind !== 'answer' || message.connection !== this.#connection) return;
    const errand = this.#open.get(message.seq);
    if (!errand) return;
    this.#open.delete(message.seq);
    errand.isOver = true;
    const { error } = JSON.parse(message.answer) as { error?: string };
    this.#count(`heard: ${error ?? 'sync'}`);
  }

  #ask(errand: Errand): void {
    const seq = this.#seq++;
    this.#open.set(seq, errand);
    this.#node.send('server', { kind: 'ask', connection: this.#connection, seq, params: errand.params });
  }

  /** Leaves the connection, with or without a word, and asks everything again on a new one. */
  #reconnect(): void {
    this.#count('a client connected anew');
    if (this.#prng.int(2) === 0) this.#node.send('server', { kind: 'hangUp', connection: this.#connection });
    this.#connection++;
    this.#seq = 0;
    const errands = [...this.#open.values()];
    this.#open.clear();
    for (const errand of errands) this.#ask(errand);
  }

  #abandon(errand: Errand): void {
    if (errand.isOver) return;
    errand.isOver = true;
    for (const [seq, one] of this.#open) {
      if (one !== errand) continue;
      this.#open.delete(seq);
      this.#node.send('server', { kind: 'cancel', connection: this.#connection, seq });
    }
  }
}

const profiles = new Map<string, Profile>();

function profileOf(labels: string, selector: string): Profile {
  const key = `${labels} ${selector}`;
  let profile = profiles.get(key);
  if (!profile) profiles.set(key, (profile = new Profile(parseLabels(labels), parseSelector(selector))));
  return profile;
}

function sorted(record: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

function assertThat(condition: boolean, problem: string): void {
  if (!condition) throw new Error(problem);
}
