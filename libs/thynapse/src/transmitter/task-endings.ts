import { decodeFrame, EncodeError, type Frame } from '@syncytium/codec';
import { backoffMs } from '@syncytium/kit';
import { append } from '../network/disseminate.js';
import type { TaskEnd } from '../network/entry.js';
import { answerChannel, isAnswer, isReserved } from '../wire/channel.js';
import { makeEvent, recode, type ThynapseEvent } from '../wire/event.js';
import { Fields } from '../wire/fields.js';
import { commands, deadPrefix, heartbeatsUntilLost, payloadBytesMax } from '../wire/wire.js';
import { PackedAnswer } from './packed-answer.js';
import { plainEvent } from './packed-event.js';
import { reply } from './packing.js';
import { releaseTask } from './transmitter-cells.js';
import { emit } from './transmitter-events.js';
import { closeTask, isOwn, placeTask } from './transmitter-tasks.js';
import type { AcceptedEvent, Answer, Cell, Service, Task, TransmitterState } from './transmitter-state.js';
import type { TransmitterOutput } from './transmitter-output.js';

type Outputs = TransmitterOutput[];

/** Longest pause between two attempts, however many there were. */
const retryDelayMsMax = 60_000;

/** Longest reason of a failure that is passed on. */
const reasonLengthMax = 4096;

/** `DONE` or `FAIL` from a cell. The first answer to a task counts, from whichever cell; later ones are no news. */
export function receiveAnswer(state: TransmitterState, cell: Cell, frame: Frame, now: number, outputs: Outputs): void {
  const fields = new Fields(frame);
  const re = fields.thid('re');
  const task = openTaskOf(state, cell, re);
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

/** What a cell of its service, or just this cell, has to do about an event. */
export function openTaskOf(state: TransmitterState, cell: Cell, id: string): Task | undefined {
  return state.open.get(id)?.openTasks.find(({ service }) => service === cell.service || service === cell.solo);
}

/** Tasks whose cell is lost go to others, unless too many were lost with them. */
export function replaceTasks(state: TransmitterState, tasks: readonly Task[], outputs: Outputs): void {
  for (const task of tasks) {
    if (!isOwn(state, task) || !task.listed || task.cell) continue;
    task.losses++;
    if (task.losses < state.options.lossesMax) placeTask(state, task, outputs);
    else bury(state, task, { reason: `${task.losses} cells were lost with it` }, outputs);
  }
}

/** Tasks whose cells cannot be reached any more go to others; that is no fault of the tasks. */
export function reassign(state: TransmitterState, tasks: readonly Task[], outputs: Outputs): void {
  for (const task of tasks) if (isOwn(state, task) && task.listed && !task.cell) placeTask(state, task, outputs);
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
  closeDone(state, task, cell, outputs);
}

/** A cell did what it was given. */
export function closeDone(state: TransmitterState, task: Task, cell: Cell, outputs: Outputs): void {
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
    const data = { event: plainEvent(accepted), service: service.name, attempts: attempt, reason };
    emit(state, makeEvent({ channel: deadPrefix + service.name, data, re: accepted.event.id }), { service }, outputs);
  }
  closeTask(state, task, 'failed', outputs);
}

/** The end of a task, as the others are told of it. */
export function endOf({ accepted, service }: Task, outcome: TaskEnd['outcome']): TaskEnd {
  return { id: accepted.event.id, service: service.name, outcome };
}

function answer(
  state: TransmitterState,
  task: Task,
  from: string | undefined,
  outcome: 'success' | 'failure',
  facts: { readonly data?: unknown; readonly message?: string },
  outputs: Outputs,
): void {
  const { accepted, service } = task;
  const { event } = accepted;
  const end = endOf(task, outcome === 'success' ? 'done' : 'failed');
  if (!isAnswered(event)) {
    append(state, { type: 'end', ...end, answers: [] });
    return;
  }
  const { service: name, id: cell } = service.solo ?? { service: service.name, id: from };
  const channel = answerChannel(name, event.channel, outcome);
  const about = { re: event.id, service: name, ...(cell !== undefined && { from: cell }) };
  const made = makeEvent({ channel, ...facts, ...about });
  tellAsker(state, accepted, made, outputs);
  noteAnswered(state, end);
  emit(state, made, { service, end }, outputs);
}

/** Answers are not answered, nor is what the system itself says. */
export function isAnswered({ channel, re }: ThynapseEvent): boolean {
  return !isAnswer(channel, re) && !isReserved(channel);
}

/** `false` where an answer to the task was published before. [T-44] */
export function noteAnswered({ network }: TransmitterState, { id, service }: TaskEnd): boolean {
  return network.members.size === 0 || network.answered.add(id, service);
}

/** The answer to an event that asked for it goes to its sender, if that is here. */
export function tellAsker(state: TransmitterState, accepted: AcceptedEvent, answer: Answer, outputs: Outputs): void {
  const { sender, wantsAnswer } = accepted;
  if (!wantsAnswer) return;
  accepted.answers = [...accepted.answers, answer];
  tellCell(state, sender, answer, outputs);
}

/** An answer goes to a cell, if that is here. */
export function tellCell(state: TransmitterState, id: string | undefined, answer: Answer, outputs: Outputs): void {
  const asker = id === undefined ? undefined : state.cells.get(id);
  if (asker) sendAnswer(state, asker, answer, outputs);
}

export function sendAnswer(state: TransmitterState, cell: Cell, answer: Answer, outputs: Outputs): void {
  if (cell.packed && answer instanceof PackedAnswer) {
    reply(state, cell, answer);
    return;
  }
  const { bytes } = answer;
  const frame = cell.encoding === 'J' ? bytes : recode(decodeFrame(bytes), cell.encoding);
  outputs.push({ type: 'send', to: cell.peer, frame });
}
