import { decodeFrame } from '@syncytium/codec';
import { FieldError } from '../errors.js';
import { LaterAnswers } from '../transmitter/later-answers.js';
import { LaterRequests } from '../transmitter/later-requests.js';
import { PackedAnswer } from '../transmitter/packed-answer.js';
import { PackedEvent } from '../transmitter/packed-event.js';
import { noteAnswered } from '../transmitter/task-endings.js';
import { knownLostMs, serviceNamed } from '../transmitter/transmitter-cells.js';
import type { TransmitterOutput } from '../transmitter/transmitter-output.js';
import type { TransmitterState } from '../transmitter/transmitter-state.js';
import { newTask } from '../transmitter/transmitter-tasks.js';
import { Replies } from '../wire/answers.js';
import type { Packed } from '../wire/packed.js';
import { Requests } from '../wire/requests.js';
import { applyEnd, applyEvent, positionOf } from './apply-event.js';
import { assign } from './assign-task.js';
import type { AnswersEntry, RequestsEntry } from './entry.js';
import { setOwner } from './ownership.js';
import { eventOfRequest, taskOfRequest } from './requests-entry.js';

type Outputs = TransmitterOutput[];

/** New requests of another transmitter. Those that were not there before are taken over as they came. */
export function applyRequests(
  state: TransmitterState,
  from: string,
  entry: RequestsEntry,
  now: number,
  outputs: Outputs,
): void {
  const requests = new Requests(decodeFrame(entry.bytes));
  checkCount(entry.type, requests, entry.count);
  if (entry.tasks.length === 0) throw new FieldError(entry.type, 'tasks', 'must have one of a service');
  const { open, ended } = state;
  const { channel, ids } = requests;
  const isKnown = ids.some((id) => open.has(id) || ended.has(id));
  // Published at once, also where each has its own fate: who heard of the entry's last event has heard of all.
  const some = isKnown ? unpublished(state, ids) : undefined;
  if (some?.length !== 0)
    outputs.push({
      type: 'publish-later',
      channel,
      events: new LaterRequests(requests, some),
      at: positionOf(state, from),
    });
  if (isKnown)
    for (const i of ids.keys()) applyEvent(state, from, eventOfRequest(entry, requests, i), now, outputs, true);
  else openCopies(state, from, { entry, requests }, now, outputs);
}

function unpublished({ open, ended }: TransmitterState, ids: readonly string[]): readonly number[] {
  return [...ids.keys()].filter((i) => {
    const id = ids[i] ?? '';
    return (open.get(id) ?? ended.get(id))?.isPublished !== true;
  });
}

function openCopies(
  state: TransmitterState,
  from: string,
  { entry, requests }: { readonly entry: RequestsEntry; readonly requests: Requests },
  now: number,
  outputs: Outputs,
): void {
  const toldAt = state.network.origins.get(from)?.have ?? Infinity;
  // Where one is not known here, its cells may just be lost.
  const told = entry.tasks.map((tasks) => ({
    tasks,
    service: serviceNamed(state, tasks.service, knownLostMs(state, now)),
  }));
  for (const i of requests.ids.keys()) {
    const accepted = new PackedEvent(requests, i, from);
    if (state.open.has(accepted.id)) continue;
    accepted.isLogged = true;
    state.open.set(accepted.id, accepted);
    setOwner(state, accepted, from);
    accepted.toldAt = toldAt;
    for (const { tasks, service } of told)
      assign(state, newTask(state, accepted, service), taskOfRequest(tasks, i), outputs);
  }
}

/** What a cell of another transmitter did. */
export function applyAnswers(state: TransmitterState, from: string, entry: AnswersEntry, outputs: Outputs): void {
  const replies = new Replies(decodeFrame(entry.bytes));
  checkCount(entry.type, replies, entry.count);
  const { service } = replies;
  const head = { channel: entry.channel, service, from: replies.from };
  const first: PackedAnswer[] = [];
  for (const [i, id] of replies.ids.entries()) {
    const end = { id, service, outcome: 'done' } as const;
    const answer = new PackedAnswer(id, head, replies, i);
    const isFirst = noteAnswered(state, end);
    if (isFirst) first.push(answer);
    applyEnd(state, end, isFirst ? [answer] : [], outputs);
  }
  if (first.length === 0) return;
  const events = new LaterAnswers(first);
  outputs.push({ type: 'publish-later', channel: entry.channel, events, at: positionOf(state, from) });
}

function checkCount(type: string, packed: Packed, count: number): void {
  if (packed.count !== count) throw new FieldError(type, 'count', `must be that of its frame, ${packed.count}`);
}
