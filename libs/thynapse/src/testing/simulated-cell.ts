import { decodeFrame, encodeFrame, isThid, randomThid, thidOf } from '@syncytium/codec';
import type { Prng } from '@syncytium/kit';
import type { SimulatedNode } from '@syncytium/testkit';
import type { Message } from '@syncytium/transport';
import {
  cellDefaults,
  hasPacked,
  newCell,
  type CellInput,
  type CellOutput,
  type CellState,
  type TaskEvent,
} from '../cell/cell-state.js';
import { Gathering } from '../cell/gathering.js';
import { stepCell } from '../cell/cell-step.js';
import { makeEvent, type EventContents, type ThynapseEvent } from '../wire/event.js';
import { requestContents } from '../wire/requests.js';
import { isNews, newsPositions } from '../wire/news.js';
import { totalBytes } from '../wire/total-bytes.js';
import { isBatch, unpackFrames } from '../wire/batch.js';
import { commands } from '../wire/wire.js';
import type { Observer } from './observer.js';
import { SlowReader } from './slow-reader.js';
import { isPeerPacket } from './peer-lines.js';
import { tickMs, type Packet } from './simulated-line.js';

export interface CellPlan {
  readonly name: string;
  readonly service: string;
  readonly patterns: readonly string[];
  /** What it answers when every cell is asked. */
  readonly asked?: readonly string[];
  readonly capacity: number;
  /** How long it takes to read one message of events that it listens to; unless told, no time, and nothing is told of it. */
  readonly readMs?: number;
  /** Its transmitter: `t0` unless told. */
  readonly home?: string;
}

/** What to send. */
export interface Emission {
  readonly channel: string;
  readonly isRequest: boolean;
  readonly key?: string | undefined;
  /** Every cell is asked. */
  readonly isAsked?: boolean;
}

export interface SimulatedCellOptions {
  readonly node: SimulatedNode<Packet>;
  readonly plan: CellPlan;
  readonly prng: Prng;
  readonly seen: Observer;
  readonly newLine: () => string;
  /** How likely an attempt fails. */
  readonly failure: number;
  /** It was told to leave, and has. */
  readonly onLeft: () => void;
  /** Spoils what the cell knows, before every step: for canaries. */
  readonly confuseCell?: (state: CellState) => void;
}

/** How long what it said last is on its way. */
const lingerMs = 50;

/** How long its turns are: long, so that some things are said together. */
const turnMs = 20;

/** How long it waits for a line to be opened before it tries again. */
const openMs = 300;

/** One life of a cell on a simulated network. */
export class SimulatedCell {
  readonly id: string;
  readonly #options: SimulatedCellOptions;
  readonly #state;
  readonly #heard: ThynapseEvent[] = [];
  #home: string;
  readonly #reader: SlowReader;
  #line = '';
  #isOpen = false;
  #isFlushing = false;
  #seq = 0;

  constructor(options: SimulatedCellOptions) {
    const { node, plan, prng, seen } = options;
    this.#options = options;
    this.#home = plan.home ?? 't0';
    this.id = randomThid(prng);
    const { service, capacity, readMs = 0 } = plan;
    this.#reader = new SlowReader(node.clock, readMs, (message) => this.#read(message));
    this.#state = newCell({ ...cellDefaults, address: this.#home, id: this.id, service, capacity });
    seen.heard.set(this.id, this.#heard);
    seen.alive.set(plan.name, this.id);
    for (const [i, pattern] of plan.patterns.entries()) this.#run({ type: 'catch', pattern, id: `p${i}` });
    for (const [i, pattern] of (plan.asked ?? []).entries()) this.#run({ type: 'answer', pattern, id: `a${i}` });
    this.#run({ type: 'hear', pattern: '*', id: 'h' });
    const tick = (): void => {
      this.#run({ type: 'tick' });
      node.clock.setTimer(tickMs, tick);
    };
    tick();
    this.#connect();
  }

  emit({ channel, isRequest, key, isAsked = false }: Emission): void {
    const { plan, seen } = this.#options;
    const answer = isRequest || isAsked;
    if (isRequest && key === undefined) {
      this.#ask(channel);
      return;
    }
    const more = { ...(answer && { answer }), ...(isAsked && { all: true }), ...(key !== undefined && { key }) };
    const made = makeEvent({ channel, from: this.id, seq: ++this.#seq, confirm: true, ...more });
    seen.sent(plan.name, this.id, made.event);
    const { id } = made.event;
    const gathering = isAsked ? new Gathering() : undefined;
    seen.eventOf(id).gathered = gathering;
    this.#run({ type: 'emit', id, frame: made.bytes, confirm: true, answer, ...(gathering && { gathering }) });
  }

  /** What goes to the transmitter together with what else is asked in the same turn. */
  #ask(channel: string): void {
    const { node, plan, seen } = this.#options;
    const head = { channel, from: this.id, at: Math.floor(node.clock.now() / turnMs) * turnMs, timeout: 1000 };
    const seq = ++this.#seq;
    const contents = requestContents(head, seq, '');
    const id = thidOf(contents);
    seen.sent(plan.name, this.id, { ...(JSON.parse(contents) as EventContents), id });
    this.#run({ type: 'request', request: { ...head, id, seq, text: '' } });
  }

  /** How many tasks it has in hand. */
  get inHand(): number {
    return this.#state.working.size;
  }

  /** Lets it finish what it has, and leave. */
  leave(): void {
    this.#run({ type: 'drain' });
  }

  /** The line broke, and the cell learns of it. */
  lose(broken: string): void {
    if (broken !== this.#line) return;
    this.#run({ type: 'disconnected' });
    this.#connect();
  }

  receive(packet: Packet): void {
    if (isPeerPacket(packet) || packet.line !== this.#line) return;
    const { type, frame, message } = packet;
    if (type === 'opened') {
      this.#isOpen = true;
      this.#run({ type: 'connected' });
    } else if (type === 'broken') this.lose(this.#line);
    else if (type === 'command' && frame) this.#reader.add([frame]);
    else if (message) this.#reader.add(message);
  }

  #read(message: Message): void {
    const { node, plan } = this.#options;
    if (!isNews(message)) {
      this.#run({ type: 'message', message });
      return;
    }
    for (const bytes of message.slice(1).flatMap(unpacked))
      this.#heard.push(decodeFrame(bytes).decode() as ThynapseEvent);
    this.#run({ type: 'heard', positions: newsPositions(message) });
    if (plan.readMs === undefined) return;
    const frame = encodeFrame('J', commands.took, { bytes: totalBytes(message) });
    node.send(this.#home, { line: this.#line, type: 'command', frame });
  }

  #connect(): void {
    const { node, newLine } = this.#options;
    this.#line = newLine();
    this.#reader.clear();
    this.#isOpen = false;
    const asked = this.#line;
    node.send(this.#home, { line: asked, type: 'open' });
    node.clock.setTimer(openMs, () => {
      if (asked === this.#line && !this.#isOpen) this.#connect();
    });
  }

  #run(input: CellInput): void {
    this.#options.confuseCell?.(this.#state);
    const { clock } = this.#options.node;
    const answersBefore = this.#state.answering.length;
    const outputs = stepCell(this.#state, input, clock.now());
    // It answers at once what it is given only where it has done it before.
    if (input.type === 'message')
      this.#options.seen.exercises.note(
        'answer repeated',
        this.#state.answering.length - answersBefore + outputs.filter(isDone).length,
      );
    for (const output of outputs) this.#do(output);
    if (!hasPacked(this.#state) || this.#isFlushing) return;
    this.#isFlushing = true;
    clock.setTimer(turnMs, () => {
      this.#isFlushing = false;
      this.#run({ type: 'flush' });
    });
  }

  #do(output: CellOutput): void {
    const { node, plan, seen, onLeft } = this.#options;
    switch (output.type) {
      case 'send':
        node.send(this.#home, { line: this.#line, type: 'command', frame: output.frame });
        break;
      case 'reconnect':
        this.#connect();
        break;
      case 'move':
        seen.exercises.note('moved');
        node.send(this.#home, { line: this.#line, type: 'closed' });
        this.#home = output.to;
        this.#connect();
        break;
      case 'task':
        seen.began(plan, output.event, this.#state.working.size);
        this.#work(output.event);
        break;
      case 'confirmed': {
        const event = seen.events.get(output.id);
        if (!event) break;
        event.confirmations++;
        event.services = output.services ?? event.services;
        // Nobody handles it: the library gives the request up.
        if (event.isRequest && output.services?.length === 0) this.#run({ type: 'forget', id: output.id });
        break;
      }
      case 'welcomed':
        seen.exercises.note('sent again', [...this.#state.outstanding.keys()].filter(isThid).length);
        break;
      case 'refused': {
        seen.exercises.note('refused');
        const event = seen.events.get(output.id);
        if (event) event.refusals++;
        break;
      }
      case 'answered':
        seen.eventOf(output.id).answers++;
        break;
      case 'gathered':
        seen.eventOf(output.id).gatherings++;
        break;
      case 'missed':
        seen.exercises.note('loss told');
        seen.missed.set(this.id, (seen.missed.get(this.id) ?? 0) + output.count);
        break;
      case 'drained':
        this.#run({ type: 'leave' });
        node.clock.setTimer(lingerMs, onLeft);
        break;
      case 'error':
        throw new Error(`${plan.name} was told ${output.code}: ${output.message}`);
      default:
    }
  }

  #work(event: TaskEvent): void {
    const { node, plan, prng, seen, failure } = this.#options;
    const fails = failure > 0 && prng.float() < failure;
    node.clock.setTimer(prng.float() * 100, () => {
      if (fails) {
        this.#run({ type: 'fail', re: event.id, message: 'bad luck', final: false });
        return;
      }
      seen.did(plan, event);
      this.#run({ type: 'done', re: event.id, data: plan.name });
    });
  }
}

function isDone(output: CellOutput): boolean {
  return output.type === 'send' && decodeFrame(output.frame).command === commands.done;
}

function unpacked(frame: Uint8Array): readonly Uint8Array[] {
  return isBatch(frame) ? unpackFrames(decodeFrame(frame)) : [frame];
}
