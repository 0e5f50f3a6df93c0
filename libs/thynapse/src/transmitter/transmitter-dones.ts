import { decodeFrame, type Frame } from '@syncytium/codec';
import { append, countEvents, isAlone } from '../network/disseminate.js';
import { makeReplies, readDones } from '../wire/answers.js';
import { answerChannel } from '../wire/channel.js';
import type { ThynapseEvent } from '../wire/event.js';
import type { Packed } from '../wire/packed.js';
import { LaterAnswers } from './later-answers.js';
import { PackedAnswer, type OwnAnswerHead } from './packed-answer.js';
import { closeDone, endOf, isAnswered, noteAnswered, openTaskOf, tellAsker } from './task-endings.js';
import { releaseTask } from './transmitter-cells.js';
import { emit, nextPosition } from './transmitter-events.js';
import { takersOf } from './transmitter-tasks.js';
import type { Cell, Service, Task, TransmitterState } from './transmitter-state.js';
import type { TransmitterOutput } from './transmitter-output.js';

type Outputs = TransmitterOutput[];

/** Many `DONE` of a cell, each of which counts as if it came alone. */
export function receiveDones(state: TransmitterState, cell: Cell, frame: Frame, outputs: Outputs): void {
  const packed = readDones(frame);
  let together: PackedAnswer[] = [];
  const publish = (): void => {
    publishTogether(state, together, outputs);
    together = [];
  };
  for (const [i, id] of packed.ids.entries()) {
    const task = openTaskOf(state, cell, id);
    if (task) {
      const answer = answerTo(task, cell, packed, i);
      if (!answer) append(state, { type: 'end', ...endOf(task, 'done'), answers: [] });
      else if (tell(state, task, answer, outputs)) {
        if (together[0] && together[0].head !== answer.head) publish();
        together.push(answer);
      } else {
        publish();
        emitAnswer(state, task, answer, outputs);
      }
      closeDone(state, task, cell, outputs);
    }
  }
  publish();
  for (const id of packed.ids) releaseTask(state, cell, id, outputs);
}

function answerTo({ accepted, service }: Task, cell: Cell, packed: Packed, index: number): PackedAnswer | undefined {
  const { event } = accepted;
  if (!isAnswered(event)) return undefined;
  return new PackedAnswer(event.id, headOf(cell, service, event.channel), packed, index);
}

/** The cell's answers in a row are mostly to requests on one channel. */
function headOf(cell: Cell, { name, solo }: Service, askedOn: string): OwnAnswerHead {
  const known = cell.answerHead;
  const service = solo?.service ?? name;
  if (known?.askedOn === askedOn && known.service === service) return known;
  cell.answerHead = { askedOn, channel: answerChannel(service, askedOn, 'success'), service, from: cell.id };
  return cell.answerHead;
}

/** Tells who asked; `true` where only listeners, and other transmitters, want to know besides. */
function tell(state: TransmitterState, task: Task, answer: PackedAnswer, outputs: Outputs): boolean {
  tellAsker(state, task.accepted, answer, outputs);
  const isFirst = noteAnswered(state, endOf(task, 'done'));
  const isOfService = task.service.solo === undefined || isAlone(state);
  return isFirst && isOfService && takersOf(state, answer.head).size === 0;
}

function emitAnswer(state: TransmitterState, task: Task, { bytes }: PackedAnswer, outputs: Outputs): void {
  const event = decodeFrame(bytes).decode() as ThynapseEvent;
  emit(state, { event, bytes }, { service: task.service, end: endOf(task, 'done') }, outputs);
}

/** Answers of one cell on one channel that nobody handles. */
function publishTogether(state: TransmitterState, answers: readonly PackedAnswer[], outputs: Outputs): void {
  const [first] = answers;
  if (!first) return;
  const count = answers.length;
  const { channel } = first.head;
  state.counts.events += count;
  outputs.push({ type: 'publish-later', channel, events: new LaterAnswers(answers), at: nextPosition(state, count) });
  if (isAlone(state)) countEvents(state, count);
  else append(state, { type: 'answers', bytes: makeReplies(first.head, answers), count, channel });
}
