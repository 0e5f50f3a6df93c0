import { decodeFrame } from '@syncytium/codec';
import { readSolo } from '../transmitter/solo.js';
import { noteAnswered, tellAsker, tellCell } from '../transmitter/task-endings.js';
import { knownLostMs, serviceNamed } from '../transmitter/transmitter-cells.js';
import { newEvent } from '../transmitter/transmitter-events.js';
import type { TransmitterOutput } from '../transmitter/transmitter-output.js';
import type { AcceptedEvent, Answer, Task, TransmitterState } from '../transmitter/transmitter-state.js';
import { closeTask, newTask } from '../transmitter/transmitter-tasks.js';
import { FieldError } from '../errors.js';
import { readContents, type ThynapseEvent } from '../wire/event.js';
import type { Position } from '../wire/position.js';
import { assign } from './assign-task.js';
import { append } from './disseminate.js';
import type { EventEntry, TaskEnd } from './entry.js';
import { inherit, setOwner, settleOwner, takeOver } from './ownership.js';

type Outputs = TransmitterOutput[];

/** An event of the transmitter `from`. `isPublished`: that is seen to already, for it and others together. */
export function applyEvent(
  state: TransmitterState,
  from: string,
  entry: EventEntry,
  now: number,
  outputs: Outputs,
  isPublished = false,
): void {
  const frame = decodeFrame(entry.bytes);
  const contents = readContents(frame);
  if (contents.id === undefined) throw new FieldError(frame.command, 'id', 'must be there');
  const event: ThynapseEvent = { ...contents, id: contents.id };
  const isFirstAnswer = !entry.ends || noteAnswered(state, entry.ends);
  if (entry.ends) applyEnd(state, entry.ends, isFirstAnswer ? [entry] : [], outputs);
  const open = state.open.get(event.id);
  const ended = state.ended.get(event.id);
  const known = open ?? ended;
  if (!entry.copy && !isPublished && known?.isPublished !== true && isFirstAnswer)
    outputs.push({ type: 'publish', channel: event.channel, frame: entry.bytes, at: positionOf(state, from) });
  if (!entry.copy) {
    if (open) open.isPublished = true;
    else if (ended?.isPublished === false)
      state.ended.set(event.id, { ...ended, isPublished: true }, state.ended.answersTo(event.id));
  }
  const alreadyEnded = ended?.services ?? open?.ended ?? [];
  for (const service of entry.ended) {
    const answers = alreadyEnded.includes(service) ? [] : answersBy(service, entry.answers.map(answerOf));
    applyEnd(state, { id: event.id, service, outcome: 'done' }, answers, outputs);
  }
  const { id: own } = state.options;
  const services = state.ended.get(event.id)?.services ?? open?.ended ?? [];
  const tasks = entry.tasks.filter(({ service }) => !services.includes(service));
  const isOwn = open?.owner === own || entry.heir === own;
  for (const { service, place } of entry.tasks)
    if (services.includes(service) && (place?.via === own || isOwn)) sayEnded(state, event.id, service);
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
export function applyEnd(
  state: TransmitterState,
  { id, service, outcome }: TaskEnd,
  answers: readonly Answer[],
  outputs: Outputs,
): void {
  const open = state.open.get(id);
  if (open) for (const answer of answers) tellAsker(state, open, answer, outputs);
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
  answers: readonly Answer[],
  outputs: Outputs,
): void {
  const known = state.ended.get(id);
  for (const answer of answers) tellCell(state, known?.asker, answer, outputs);
  const isNews = known?.services.includes(service) !== true;
  if (!isNews && answers.length === 0) return;
  const { services = [], isPublished = false, asker, owner } = known ?? {};
  const facts = { services: isNews ? [...services, service] : services, isPublished, asker, owner };
  const before = state.ended.answersTo(id);
  state.ended.set(id, facts, answers.length === 0 ? before : [...(before ?? []), ...answers]);
}

/** Who gives a task that has ended does not know. [T-45] */
export function sayEnded(state: TransmitterState, id: string, service: string): void {
  const ended = state.ended.get(id)?.services ?? state.open.get(id)?.ended;
  if (ended?.includes(service) !== true) return;
  append(state, { type: 'end', id, service, outcome: 'done', answers: answersOf(state, id, service) });
}

function answersOf(state: TransmitterState, id: string, service: string): readonly Uint8Array[] {
  const answers = state.ended.answersTo(id) ?? state.open.get(id)?.answers ?? [];
  return answersBy(service, answers).map(({ bytes }) => bytes);
}

function answersBy(service: string, answers: readonly Answer[]): readonly Answer[] {
  const { service: name, id: cell } = readSolo(service) ?? { service };
  return answers.filter(({ bytes }) => {
    const contents = readContents(decodeFrame(bytes));
    return contents['service'] === name && (cell === undefined || contents.from === cell);
  });
}

/** An answer as another transmitter told it. */
export function answerOf(bytes: Uint8Array): Answer {
  return { bytes };
}

/** What is not open here, where it would be decided about, is over. [T-46] */
export function answerAudit(state: TransmitterState, id: string, services: readonly string[]): void {
  for (const service of services) {
    if (taskOf(state, id, service)) continue;
    append(state, { type: 'end', id, service, outcome: 'done', answers: answersOf(state, id, service) });
  }
}

export function taskOf(state: TransmitterState, id: string, service: string): Task | undefined {
  for (const task of state.open.get(id)?.openTasks ?? []) if (task.service.name === service) return task;
  return undefined;
}

/** Of the last event of a transmitter. */
export function positionOf({ network }: TransmitterState, origin: string): Position {
  return { origin, n: network.origins.get(origin)?.events ?? 0 };
}
