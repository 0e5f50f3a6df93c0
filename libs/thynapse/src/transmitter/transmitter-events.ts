import { decodeFrame, EncodeError, encodeFrame, thidOf, type Frame } from '@syncytium/codec';
import { backoffMs } from '@syncytium/kit';
import { answerChannel, isAnswer, isReserved } from '../wire/channel.js';
import { FieldError, ProtocolError } from '../errors.js';
import { makeEvent, readContents, recode, withFields, type EventContents, type EventFrame } from '../wire/event.js';
import { Fields } from '../wire/fields.js';
import { releaseTask } from './transmitter-cells.js';
import { append } from '../network/disseminate.js';
import { confirmWhenCopied } from '../network/hold.js';
import { eventEntry } from '../network/event-entry.js';
import type { TaskEnd } from '../network/entry.js';
import { setOwner, takeOver } from '../network/ownership.js';
import type { AskedCell } from '../wire/cell-name.js';
import type { Position } from './replay-log.js';
import { readSolo } from './solo.js';
import { enterChain } from './task-chain.js';
import { closeTask, isOwn, lanesByService, newTask, placeTask } from './transmitter-tasks.js';
import type {
  AcceptedEvent,
  Cell,
  Lane,
  Service,
  Task,
  TransmitterOutput,
  TransmitterState,
} from './transmitter-state.js';
import { commands, deadPrefix, heartbeatsUntilLost, payloadBytesMax } from '../wire/wire.js';

type Outputs = TransmitterOutput[];

/** Longest pause between two attempts, however many there were. */
const retryDelayMsMax = 60_000;

/** Longest reason of a failure that is passed on. */
const reasonLengthMax = 4096;

/** An event from a cell: published, given to the services that catch it, and confirmed where that was asked for. */
export function receiveEvent(state: TransmitterState, cell: Cell, frame: Frame, outputs: Outputs): void {
  const contents = readContents(frame);
  if (isReserved(contents.channel))
    throw new ProtocolError('reserved_channel', `${contents.channel} is reserved for the system itself`);
  if (contents.from !== undefined && contents.from !== cell.id)
    throw new FieldError(commands.event, 'from', "must be the sender's own id");
  const { event, bytes } = complete(state, cell, frame, contents);
  const { id } = event;
  const answered = state.remembered.has(id);
  if (answered || state.open.has(id)) {
    state.counts.repeats++;
    for (const answer of state.open.get(id)?.answers ?? state.answers.get(id) ?? []) sendAnswer(cell, answer, outputs);
    const open = state.open.get(id);
    // Its sender comes from the transmitter that had it and is lost.
    if (open && open.owner !== state.options.id && !state.network.members.get(open.owner)?.isReachable)
      takeOver(state, open, outputs);
  } else {
    accept(state, newEvent(state, { event, bytes }, cell.id, contents.answer === true), outputs);
  }
  if (!contents.confirm) return;
  const takers = event.all ? { cells: askedCells(state, id) } : servicesOf(state, id, answered);
  confirmWhenCopied(state, cell, okay(cell, id, takers), outputs);
}

/** An event that nobody knows yet, and that this transmitter decides about. */
export function newEvent(
  state: TransmitterState,
  { event, bytes }: EventFrame,
  sender: string | undefined,
  wantsAnswer: boolean,
): AcceptedEvent {
  return {
    event,
    bytes,
    sender,
    wantsAnswer,
    owner: state.options.id,
    toldAt: Infinity,
    isLogged: false,
    isPublished: true,
    openTasks: new Set(),
    ended: [],
    answers: [],
  };
}

/** `OKAY` for what asked for it. */
export function okay(cell: Cell, re: string, facts: Readonly<Record<string, unknown>>): Uint8Array {
  return encodeFrame(cell.encoding, commands.okay, { re, ...facts });
}

/** `DONE` or `FAIL` from a cell. The first answer to a task counts, from whichever cell; later ones are no news. */
export function receiveAnswer(state: TransmitterState, cell: Cell, frame: Frame, now: number, outputs: Outputs): void {
  const fields = new Fields(frame);
  const re = fields.thid('re');
  const tasks = [...(state.open.get(re)?.openTasks ?? [])];
  const task = tasks.find(({ service }) => service === cell.service || service === cell.solo);
  if (frame.command === commands.done) {
    if (task) succeed(state, task, cell, fields.all['data'], outputs);
  } else {
    const reason = (fields.optionalText('message', payloadBytesMax) ?? 'no reason given').slice(0, reasonLengthMax);
    const failure = { cell, reason, final: fields.flag('final') };
    // Only who has the task can give it up: a cell that was thought lost must not take it from the next one.
    if (task?.cell === cell) {
      const { name: service } = task.service;
      task.returned = task.attempt;
      append(state, { type: 'fail', id: re, service, cell: cell.id, reason, final: failure.final });
      failTask(state, task, failure, now, outputs);
    }
  }
  releaseTask(state, cell, re, outputs);
}

/** Tasks whose cell is lost go to others, unless too many were lost with them. */
export function replaceTasks(state: TransmitterState, tasks: readonly Task[], outputs: Outputs): void {
  for (const task of tasks) {
    if (!isOwn(state, task) || !task.service.tasks.has(task) || task.cell) continue;
    task.losses++;
    if (task.losses < state.options.lossesMax) placeTask(state, task, outputs);
    else bury(state, task, { reason: `${task.losses} cells were lost with it` }, outputs);
  }
}

/** Tasks whose cells cannot be reached any more go to others; that is no fault of the tasks. */
export function reassign(state: TransmitterState, tasks: readonly Task[], outputs: Outputs): void {
  for (const task of tasks)
    if (isOwn(state, task) && task.service.tasks.has(task) && !task.cell) placeTask(state, task, outputs);
}

/** Tasks whose rest is over are placed again; those that nobody can take for long are given up. */
export function wakeTasks(state: TransmitterState, now: number, outputs: Outputs): void {
  for (const task of state.resting) {
    if (task.restUntilMs > now) continue;
    state.resting.delete(task);
    task.restUntilMs = 0;
    placeTask(state, task, outputs);
  }
  for (const service of state.services.values()) {
    if (service.cells.size > 0 || now - service.emptySinceMs < graceMs(state, service)) continue;
    const reason = `the ${service.solo ? 'cell is gone' : 'service has no cell'}`;
    for (const task of [...service.tasks].filter((one) => isOwn(state, one))) bury(state, task, { reason }, outputs);
  }
}

/** How long the tasks of a service without cells are kept. A single cell that was asked may be on its way to another transmitter. */
function graceMs({ options }: TransmitterState, { solo }: Service): number {
  return solo ? heartbeatsUntilLost * options.heartbeatMs : options.orphanMs;
}

/** Throws `busy` before anything has happened: an event is accepted by all or not at all. */
function accept(state: TransmitterState, accepted: AcceptedEvent, outputs: Outputs, answered?: Answered): void {
  const { event, bytes } = accepted;
  const takers = lanesByService(state, event);
  if (answered) for (const service of takers.keys()) if (isAbout(answered, service)) takers.delete(service);
  const isFull = state.taskCount + takers.size > state.options.tasksMax || state.network.own.log.isFull;
  // Who leaves while there are others takes what its cells still send, and hands it over.
  const isLeaving = state.draining && !state.drain;
  if (state.congested || isLeaving || isFull)
    throw new ProtocolError('busy', isLeaving ? 'the transmitter is leaving' : 'too many events wait', {
      tasks: state.taskCount,
      tasksMax: state.options.tasksMax,
    });
  state.counts.events++;
  outputs.push({ type: 'publish', channel: event.channel, frame: bytes, at: nextPosition(state) });
  if (takers.size === 0) {
    state.remembered.set(event.id, { services: [], isPublished: true, asker: undefined, owner: undefined });
    if (accepted.wantsAnswer) state.answers.set(event.id, []);
  } else {
    state.open.set(event.id, accepted);
    setOwner(state, accepted, state.options.id);
    for (const [service, lanes] of takers) openTask(state, accepted, service, lanes, outputs);
  }
  append(state, eventEntry(accepted, { own: state.options.id, copy: false, ends: answered?.end }));
  accepted.isLogged = true;
}

/** The task that an event of the system's own is about, and whether it ends it. */
interface Answered {
  readonly service: Service;
  readonly end?: TaskEnd;
}

/** Of `count` events that this transmitter is about to tell the others. */
export function nextPosition({ network, options }: TransmitterState, count = 1): Position {
  return { origin: options.id, n: network.own.events + count };
}

function isAbout({ service: { solo, name } }: Answered, service: Service): boolean {
  return service.name === (solo?.service ?? name);
}

/**
 * An event of the system's own, which is no task of the service that it is about. What finds no place is published all
 * the same; nobody can be told `busy`.
 */
function emit(state: TransmitterState, made: EventFrame, about: Answered, outputs: Outputs): void {
  const { event, bytes } = made;
  if (state.open.has(event.id) || state.remembered.has(event.id)) {
    if (about.end) append(state, { type: 'end', ...about.end, answers: [] });
    return;
  }
  const accepted = newEvent(state, made, undefined, false);
  try {
    accept(state, accepted, outputs, about);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    state.counts.refused++;
    outputs.push({ type: 'publish', channel: event.channel, frame: bytes, at: nextPosition(state) });
    append(state, eventEntry(accepted, { own: state.options.id, copy: false, ends: about.end }));
  }
}

function openTask(
  state: TransmitterState,
  accepted: AcceptedEvent,
  service: Service,
  lanes: readonly Lane[],
  outputs: Outputs,
): void {
  const task = newTask(state, accepted, service);
  state.counts.tasks++;
  enterChain(task);
  showTask(task, outputs);
  placeTask(state, task, outputs, lanes);
}

/** Somebody waits here for the task's end. */
export function showTask(task: Task, outputs: Outputs): void {
  if (task.isShown) return;
  task.isShown = true;
  outputs.push({ type: 'opened', task });
}

function succeed(state: TransmitterState, task: Task, cell: Cell, data: unknown, outputs: Outputs): void {
  try {
    answer(state, task, cell.id, 'success', data === undefined ? {} : { data }, outputs);
  } catch (error) {
    // What MessagePack carries, JSON may not; another attempt would give the same.
    if (!(error instanceof EncodeError)) throw error;
    state.counts.failed++;
    bury(state, task, { reason: `the answer cannot be passed on: ${error.message}`, from: cell.id }, outputs);
    return;
  }
  state.counts.done++;
  cell.done++;
  closeTask(state, task, 'done', outputs);
}

export interface Failure {
  readonly cell: Cell;
  readonly reason: string;
  /** Another attempt would fail as well. */
  readonly final: boolean;
}

/** An attempt failed: whoever decides about the task tries again later, or gives up. [T-43] */
export function failTask(
  state: TransmitterState,
  task: Task,
  { cell, reason, final }: Failure,
  now: number,
  outputs: Outputs,
): void {
  const { attempts, retryDelayMs } = state.options;
  task.failures++;
  if (!isOwn(state, task)) {
    task.cell = undefined;
    return;
  }
  state.counts.failed++;
  if (final || task.failures >= attempts) {
    bury(state, task, { reason, from: cell.id }, outputs);
    return;
  }
  task.cell = undefined;
  task.restUntilMs = now + backoffMs(task.failures, { delayMsMin: retryDelayMs, delayMsMax: retryDelayMsMax });
  state.resting.add(task);
}

/** The service gives up on the event: its sender gets the failure, and the event is kept for whoever looks after such. */
function bury(state: TransmitterState, task: Task, facts: { reason: string; from?: string }, outputs: Outputs): void {
  const { accepted, service, attempt } = task;
  const { reason, from } = facts;
  state.counts.dead++;
  answer(state, task, from, 'failure', { message: reason }, outputs);
  // A dead letter that cannot be handled has been told to everybody who listens; another one would be too much. What was
  // asked of one cell concerns nobody but who asked.
  if (!accepted.event.channel.startsWith(deadPrefix) && !service.solo) {
    const data = { event: accepted.event, service: service.name, attempts: attempt, reason };
    emit(state, makeEvent({ channel: deadPrefix + service.name, data, re: accepted.event.id }), { service }, outputs);
  }
  closeTask(state, task, 'failed', outputs);
}

function answer(
  state: TransmitterState,
  { accepted, service }: Task,
  from: string | undefined,
  outcome: 'success' | 'failure',
  facts: { readonly data?: unknown; readonly message?: string },
  outputs: Outputs,
): void {
  const { event } = accepted;
  const end: TaskEnd = { id: event.id, service: service.name, outcome: outcome === 'success' ? 'done' : 'failed' };
  if (isAnswer(event.channel, event.re) || isReserved(event.channel)) {
    append(state, { type: 'end', ...end, answers: [] });
    return;
  }
  const { service: name, id: cell } = service.solo ?? { service: service.name, id: from };
  const channel = answerChannel(name, event.channel, outcome);
  const about = { re: event.id, service: name, ...(cell !== undefined && { from: cell }) };
  const made = makeEvent({ channel, ...facts, ...about });
  tellAsker(state, accepted, made.bytes, outputs);
  noteAnswered(state, end);
  emit(state, made, { service, end }, outputs);
}

/** `false` where an answer to the task was published before. [T-44] */
export function noteAnswered({ network }: TransmitterState, { id, service }: TaskEnd): boolean {
  if (network.members.size === 0) return true;
  const key = `${id} ${service}`;
  if (network.answered.has(key)) return false;
  network.answered.set(key, true);
  return true;
}

/** The answer to an event that asked for it goes to its sender, if that is here. */
export function tellAsker(
  state: TransmitterState,
  accepted: AcceptedEvent,
  answer: Uint8Array,
  outputs: Outputs,
): void {
  const { sender, wantsAnswer } = accepted;
  if (!wantsAnswer) return;
  accepted.answers.push(answer);
  tellCell(state, sender, answer, outputs);
}

/** An answer goes to a cell, if that is here. */
export function tellCell(state: TransmitterState, id: string | undefined, answer: Uint8Array, outputs: Outputs): void {
  const asker = id === undefined ? undefined : state.cells.get(id);
  if (asker) sendAnswer(asker, answer, outputs);
}

function sendAnswer(cell: Cell, bytes: Uint8Array, outputs: Outputs): void {
  const frame = cell.encoding === 'J' ? bytes : recode(decodeFrame(bytes), cell.encoding);
  outputs.push({ type: 'send', to: cell.peer, frame });
}

/** The event as it will travel: in JSON, with an id and a sender. What has both already travels as it came. */
function complete(
  state: TransmitterState,
  cell: Cell,
  frame: Frame,
  contents: EventContents & { readonly id?: string },
): EventFrame {
  const bytes = recode(frame, 'J');
  const { from = cell.id, id = newId(state, cell, bytes) } = contents;
  if (contents.id !== undefined && contents.from !== undefined) return { event: { ...contents, id }, bytes };
  return { event: { ...contents, from, id }, bytes: withFields(bytes, commands.event, { from, id }) };
}

/** Equal events from one cell are two events unless the cell gave them one id. */
function newId(state: TransmitterState, cell: Cell, bytes: Uint8Array): string {
  const salt = Buffer.from(`${state.options.id} ${cell.id} ${++state.idsGiven}`, 'latin1');
  return thidOf(Buffer.concat([bytes, salt]));
}

/** Who answers what was asked of every cell, whether it has answered or not. */
function askedCells(state: TransmitterState, id: string): AskedCell[] {
  const open = state.open.get(id);
  const names = open
    ? [...Array.from(open.openTasks, ({ service }) => service.name), ...open.ended]
    : (state.remembered.get(id)?.services ?? []);
  return names.map(readSolo).filter((cell) => cell !== undefined);
}

/** Who handles the event, so that its sender knows for whom it waits; of one that has ended this is not known any more. */
function servicesOf(state: TransmitterState, id: string, ended: boolean): { readonly services?: readonly string[] } {
  if (!ended) return { services: [...(state.open.get(id)?.openTasks ?? [])].map(({ service }) => service.name) };
  return state.answers.get(id)?.length === 0 ? { services: [] } : {};
}
