import { decodeFrame } from '@syncytium/codec';
import { readContents, type ThynapseEvent } from '../wire/event.js';
import { FieldError } from '../errors.js';
import type { AcceptedEvent, Cell, Task, TransmitterState } from '../transmitter/transmitter-state.js';
import type { TransmitterOutput } from '../transmitter/transmitter-output.js';
import { cellKey } from '../transmitter/cell-key.js';
import type { Position } from '../wire/position.js';
import { readSolo } from '../transmitter/solo.js';
import { knownLostMs, serviceNamed } from '../transmitter/transmitter-cells.js';
import { failTask, noteAnswered, tellAsker, tellCell } from '../transmitter/task-endings.js';
import { newEvent } from '../transmitter/transmitter-events.js';
import {
  closeTask,
  feedCell,
  holdTask,
  indexOf,
  isOwn,
  newTask,
  placeTask,
  sendTask,
  takeBack,
  unqueue,
} from '../transmitter/transmitter-tasks.js';
import { append } from './disseminate.js';
import type { Entry, EventEntry, TaskEnd, TaskEntry } from './entry.js';
import { inherit, setOwner, settleOwner, takeOver } from './ownership.js';
import { applyRoster } from './roster.js';

type Outputs = TransmitterOutput[];

/** What follows here from an entry of another transmitter, `from`. */
export function applyEntry(state: TransmitterState, from: string, entry: Entry, now: number, outputs: Outputs): void {
  switch (entry.type) {
    case 'event':
      applyEvent(state, from, entry, now, outputs);
      break;
    case 'run': {
      const { channel, bytes, count } = entry;
      outputs.push({ type: 'publish-run', channel, frame: bytes, count, at: positionOf(state, from) });
      break;
    }
    case 'give': {
      const { id, service, attempt, place } = entry;
      const task = taskOf(state, id, service);
      if (task) assign(state, task, { service, attempt, failures: task.failures, place }, outputs);
      else if (place.via === state.options.id) sayEnded(state, id, service);
      break;
    }
    case 'back':
    case 'fail': {
      const task = taskOf(state, entry.id, entry.service);
      const cell = task?.service.cells.get(cellKey(entry.cell, from));
      if (!task || !cell || task.cell !== cell) break;
      // It has been given again since.
      if (entry.type === 'back' && entry.attempt < task.attempt) break;
      takeBack(task, cell);
      if (entry.type === 'fail') {
        const { reason, final } = entry;
        failTask(state, task, { cell, reason, final }, now, outputs);
      } else if (isOwn(state, task)) placeTask(state, task, outputs);
      feedCell(state, cell, outputs);
      break;
    }
    case 'end':
      applyEnd(state, entry, entry.answers, outputs);
      break;
    case 'ask':
      if (entry.owner === state.options.id) answerAudit(state, entry.id, entry.services);
      break;
    default:
      applyRoster(state, from, entry, now, outputs);
  }
}

/** Of the last event of a transmitter. */
function positionOf({ network }: TransmitterState, origin: string): Position {
  return { origin, n: network.origins.get(origin)?.events ?? 0 };
}

function applyEvent(state: TransmitterState, from: string, entry: EventEntry, now: number, outputs: Outputs): void {
  const frame = decodeFrame(entry.bytes);
  const contents = readContents(frame);
  if (contents.id === undefined) throw new FieldError(frame.command, 'id', 'must be there');
  const event: ThynapseEvent = { ...contents, id: contents.id };
  const isFirstAnswer = !entry.ends || noteAnswered(state, entry.ends);
  if (entry.ends) applyEnd(state, entry.ends, isFirstAnswer ? [entry.bytes] : [], outputs);
  const open = state.open.get(event.id);
  const ended = state.ended.get(event.id);
  const known = open ?? ended;
  if (!entry.copy && known?.isPublished !== true && isFirstAnswer)
    outputs.push({ type: 'publish', channel: event.channel, frame: entry.bytes, at: positionOf(state, from) });
  if (!entry.copy) {
    if (open) open.isPublished = true;
    else if (ended?.isPublished === false)
      state.ended.set(event.id, { ...ended, isPublished: true }, state.ended.answersTo(event.id));
  }
  const alreadyEnded = ended?.services ?? open?.ended ?? [];
  for (const service of entry.ended) {
    const answers = alreadyEnded.includes(service) ? [] : answersBy(service, entry.answers);
    applyEnd(state, { id: event.id, service, outcome: 'done' }, answers, outputs);
  }
  const { id: own } = state.options;
  const services = state.ended.get(event.id)?.services ?? open?.ended ?? [];
  const tasks = entry.tasks.filter(({ service }) => !services.includes(service));
  for (const { service, place } of entry.tasks)
    if (services.includes(service) && (place?.via === own || open?.owner === own)) sayEnded(state, event.id, service);
  if (tasks.length === 0) {
    if (!known && entry.ended.length === 0) {
      const facts = { services: [], isPublished: !entry.copy, asker: undefined, owner: undefined };
      state.ended.set(event.id, facts, entry.wantsAnswer ? [] : undefined);
    }
    // Who knows of no task decides about none.
    if (open && state.open.has(event.id) && entry.tasks.length > 0) settleOwner(state, open, from, outputs);
    return;
  }
  const formerOwner = state.ended.get(event.id)?.owner;
  const accepted = state.open.get(event.id) ?? openCopy(state, from, entry, event, services, outputs);
  settleOwner(state, accepted, from, outputs);
  if (accepted.owner === from) accepted.toldAt = state.network.origins.get(from)?.have ?? Infinity;
  for (const told of tasks) {
    // Where it is not known here, its cells may just be lost.
    const service = serviceNamed(state, told.service, knownLostMs(state, now));
    const task = taskOf(state, event.id, told.service) ?? newTask(state, accepted, service);
    assign(state, task, told, outputs);
  }
  // All tasks that this owner knew have ended; but to who says this it is the owner. [T-52]
  if (formerOwner === own && own < from && accepted.owner === from) takeOver(state, accepted, outputs);
  if (entry.heir !== undefined) inherit(state, accepted, { from, heir: entry.heir }, outputs);
}

function openCopy(
  state: TransmitterState,
  from: string,
  entry: EventEntry,
  event: ThynapseEvent,
  ended: readonly string[],
  outputs: Outputs,
): AcceptedEvent {
  const accepted = newEvent(state, { event, bytes: entry.bytes }, entry.sender, entry.wantsAnswer);
  accepted.isLogged = true;
  accepted.isPublished = !entry.copy || state.ended.get(event.id)?.isPublished === true;
  accepted.ended = ended;
  // Its sender may have come here before this copy.
  for (const answer of state.ended.answersTo(event.id) ?? []) tellAsker(state, accepted, answer, outputs);
  state.open.set(event.id, accepted);
  setOwner(state, accepted, from);
  return accepted;
}

/** The first end counts; answers reach the sender also where the end was known before. [T-44] */
function applyEnd(
  state: TransmitterState,
  { id, service, outcome }: TaskEnd,
  answers: readonly Uint8Array[],
  outputs: Outputs,
): void {
  const open = state.open.get(id);
  if (open) for (const bytes of answers) tellAsker(state, open, { bytes }, outputs);
  const task = taskOf(state, id, service);
  if (task) closeTask(state, task, outcome, outputs);
  // The event itself, or a task of it, may still be on its way.
  else if (open) {
    if (!open.ended.includes(service)) open.ended = [...open.ended, service];
  } else rememberEnd(state, id, service, answers, outputs);
}

function rememberEnd(
  state: TransmitterState,
  id: string,
  service: string,
  answers: readonly Uint8Array[],
  outputs: Outputs,
): void {
  const known = state.ended.get(id);
  const those = answers.map((bytes) => ({ bytes }));
  for (const answer of those) tellCell(state, known?.asker, answer, outputs);
  const isNews = known?.services.includes(service) !== true;
  if (!isNews && answers.length === 0) return;
  const { services = [], isPublished = false, asker, owner } = known ?? {};
  const facts = { services: isNews ? [...services, service] : services, isPublished, asker, owner };
  const before = state.ended.answersTo(id);
  state.ended.set(id, facts, answers.length === 0 ? before : [...(before ?? []), ...those]);
}

/** A task is with this cell now. Later attempts count; what an own cell is given it gets in any case. [T-41] [T-42] */
function assign(state: TransmitterState, task: Task, { attempt, failures, place }: TaskEntry, outputs: Outputs): void {
  const { id: own } = state.options;
  const isHere = place?.via === own;
  const cell = place && task.service.cells.get(cellKey(place.cell, isHere ? undefined : place.via));
  const isHeld = cell?.tasks.has(task.accepted.event.id) === true;
  // What was given back, or failed, may be told again by who has not heard of it yet.
  const isNews = isHere && cell !== undefined && !isHeld && attempt > task.returned;
  // The word that it went back may have come to a new owner before the event did, and have meant nothing to it.
  if (isHere && attempt === task.attempt && attempt === task.returned && !isOwn(state, task))
    sayBack(state, task, place.cell);
  if (attempt <= task.attempt && !isNews) return;
  task.attempt = Math.max(attempt, task.attempt);
  task.failures = Math.max(failures, task.failures);
  const former = task.cell;
  unqueue(task);
  state.resting.delete(task);
  if (former && former !== cell && former.via !== undefined) {
    takeBack(task, former);
    feedCell(state, former, outputs);
  }
  task.cell = undefined;
  if (!cell) {
    if (isOwn(state, task)) placeTask(state, task, outputs);
    return;
  }
  const hadRoom = cell.tasks.size < cell.capacity;
  holdTask(task, cell);
  if (!isHere || isHeld) return;
  if (cell.isAskedToGo) giveBack(state, task, cell, outputs);
  else if (hadRoom) sendTask(state, task, cell, outputs);
  else park(state, task, cell, outputs);
}

/** The cell has no room: another that has is better, and if there is none, the task waits for this one. [T-42] */
function park(state: TransmitterState, task: Task, cell: Cell, outputs: Outputs): void {
  cell.parked.add(task);
  if (isFreeElsewhere(state, task)) giveBack(state, task, cell, outputs);
}

/** Tasks that wait for one cell while another has room go back to who decides. [T-42] */
export function returnParked(state: TransmitterState, outputs: Outputs): void {
  for (const cell of state.cells.values())
    for (const task of cell.parked) {
      // It has ended, or another cell has it by now.
      if (task.cell !== cell || !task.listed) takeBack(task, cell);
      else if (isFreeElsewhere(state, task)) giveBack(state, task, cell, outputs);
    }
}

function giveBack(state: TransmitterState, task: Task, cell: Cell, outputs: Outputs): void {
  takeBack(task, cell);
  task.returned = task.attempt;
  sayBack(state, task, cell.id);
  if (isOwn(state, task)) placeTask(state, task, outputs);
}

function sayBack(state: TransmitterState, { accepted, service, returned }: Task, cell: string): void {
  append(state, { type: 'back', id: accepted.event.id, service: service.name, attempt: returned, cell });
}

function isFreeElsewhere(state: TransmitterState, { accepted, service }: Task): boolean {
  // What has a key belongs to this cell, free or not.
  if (accepted.event.key !== undefined) return false;
  for (const lane of indexOf(state, service.solo !== undefined)
    .of(accepted.event.channel)
    .get(service) ?? [])
    if (lane.free.size > 0 || lane.freeElsewhere.size > 0) return true;
  return false;
}

/** Who gives a task that has ended does not know. [T-45] */
function sayEnded(state: TransmitterState, id: string, service: string): void {
  const ended = state.ended.get(id)?.services ?? state.open.get(id)?.ended;
  if (ended?.includes(service) !== true) return;
  append(state, { type: 'end', id, service, outcome: 'done', answers: answersOf(state, id, service) });
}

function answersOf(state: TransmitterState, id: string, service: string): readonly Uint8Array[] {
  const answers = state.ended.answersTo(id) ?? state.open.get(id)?.answers ?? [];
  return answersBy(
    service,
    answers.map(({ bytes }) => bytes),
  );
}

function answersBy(service: string, answers: readonly Uint8Array[]): readonly Uint8Array[] {
  const { service: name, id: cell } = readSolo(service) ?? { service };
  return answers.filter((bytes) => {
    const contents = readContents(decodeFrame(bytes));
    return contents['service'] === name && (cell === undefined || contents.from === cell);
  });
}

/** What is not open here, where it would be decided about, is over. [T-46] */
function answerAudit(state: TransmitterState, id: string, services: readonly string[]): void {
  for (const service of services) {
    if (taskOf(state, id, service)) continue;
    append(state, { type: 'end', id, service, outcome: 'done', answers: answersOf(state, id, service) });
  }
}

function taskOf(state: TransmitterState, id: string, service: string): Task | undefined {
  for (const task of state.open.get(id)?.openTasks ?? []) if (task.service.name === service) return task;
  return undefined;
}
