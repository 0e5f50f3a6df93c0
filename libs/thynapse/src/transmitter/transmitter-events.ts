import { encodeFrame, thidOf, type Frame } from '@syncytium/codec';
import { isReserved } from '../wire/channel.js';
import { FieldError, ProtocolError } from '../errors.js';
import { readContents, recode, withFields, type EventContents, type EventFrame } from '../wire/event.js';
import { append, countEvents, isAlone } from '../network/disseminate.js';
import { confirmWhenCopied } from '../network/hold.js';
import { eventEntry } from '../network/event-entry.js';
import type { TaskEnd } from '../network/entry.js';
import { setOwner, takeOver } from '../network/ownership.js';
import type { AskedCell } from '../wire/cell-name.js';
import type { Position } from '../wire/position.js';
import { readSolo } from './solo.js';
import { enterChain } from './task-chain.js';
import { sendAnswer } from './task-endings.js';
import { newTask, placeTask, takersOf } from './transmitter-tasks.js';
import type { AcceptedEvent, Cell, Lane, Service, Task, TransmitterState } from './transmitter-state.js';
import type { TransmitterOutput } from './transmitter-output.js';
import { commands } from '../wire/wire.js';

type Outputs = TransmitterOutput[];

/** An event from a cell: published, given to the services that catch it, and confirmed where that was asked for. */
export function receiveEvent(state: TransmitterState, cell: Cell, frame: Frame, outputs: Outputs): void {
  const contents = readContents(frame);
  if (isReserved(contents.channel))
    throw new ProtocolError('reserved_channel', `${contents.channel} is reserved for the system itself`);
  if (contents.from !== undefined && contents.from !== cell.id)
    throw new FieldError(commands.event, 'from', "must be the sender's own id");
  const { event, bytes } = complete(state, cell, frame, contents);
  const { id } = event;
  const answered = state.ended.has(id);
  if (answered || state.open.has(id)) {
    state.counts.repeats++;
    for (const answer of state.open.get(id)?.answers ?? state.ended.answersTo(id) ?? [])
      sendAnswer(state, cell, answer, outputs);
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
    owned: undefined,
    toldAt: Infinity,
    isLogged: false,
    isPublished: true,
    openTasks: [],
    ended: [],
    answers: [],
  };
}

/** `OKAY` for what asked for it. */
export function okay(cell: Cell, re: string, facts: Readonly<Record<string, unknown>>): Uint8Array {
  return encodeFrame(cell.encoding, commands.okay, { re, ...facts });
}

/** Throws `busy` before anything has happened: an event is accepted by all or not at all. */
export function accept(state: TransmitterState, accepted: AcceptedEvent, outputs: Outputs, answered?: Answered): void {
  const { event, bytes } = accepted;
  const all = takersOf(state, event);
  const takers = answered ? new Map([...all].filter(([service]) => !isAbout(answered, service))) : all;
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
    const facts = { services: [], isPublished: true, asker: undefined, owner: undefined };
    state.ended.set(event.id, facts, accepted.wantsAnswer ? [] : undefined);
  } else {
    state.open.set(event.id, accepted);
    setOwner(state, accepted, state.options.id);
    for (const [service, lanes] of takers) openTask(state, accepted, service, lanes, outputs);
  }
  logEvent(state, accepted, answered?.end);
}

/** Tells the others of an event. */
export function logEvent(state: TransmitterState, accepted: AcceptedEvent, end?: TaskEnd): void {
  if (isAlone(state)) countEvents(state, 1);
  else append(state, eventEntry(accepted, { own: state.options.id, copy: false, ends: end }));
  accepted.isLogged = true;
}

/** The task that an event of the system's own is about, and whether it ends it. */
export interface Answered {
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
export function emit(state: TransmitterState, made: EventFrame, about: Answered, outputs: Outputs): void {
  const { event, bytes } = made;
  if (state.open.has(event.id) || state.ended.has(event.id)) {
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
    logEvent(state, accepted, about.end);
  }
}

export function openTask(
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
    ? [...open.openTasks.map(({ service }) => service.name), ...open.ended]
    : (state.ended.get(id)?.services ?? []);
  return names.map(readSolo).filter((cell) => cell !== undefined);
}

/** Who handles the event, so that its sender knows for whom it waits; of one that has ended this is not known any more. */
function servicesOf(state: TransmitterState, id: string, ended: boolean): { readonly services?: readonly string[] } {
  if (!ended) return { services: (state.open.get(id)?.openTasks ?? []).map(({ service }) => service.name) };
  return state.ended.answersTo(id)?.length === 0 ? { services: [] } : {};
}
