import { decodeFrame, type Frame } from '@syncytium/codec';
import { append, countEvents, isAlone } from '../network/disseminate.js';
import { answerEvent, readDones } from '../wire/answers.js';
import { answerChannel } from '../wire/channel.js';
import type { ThynapseEvent } from '../wire/event.js';
import type { Packed } from '../wire/packed.js';
import type { EventSource, FramesReader, LaterEvents } from './later-events.js';
import { PackedAnswer, type AnswerHead } from './packed-answer.js';
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
    if (together.length > 0) publishLater(state, together, outputs);
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
    releaseTask(state, cell, id, outputs);
  }
  publish();
}

function answerTo({ accepted, service }: Task, cell: Cell, packed: Packed, index: number): PackedAnswer | undefined {
  const { event } = accepted;
  if (!isAnswered(event)) return undefined;
  return new PackedAnswer(event.id, headOf(cell, service, event.channel), packed, index);
}

/** The cell's answers in a row are mostly to requests on one channel. */
function headOf(cell: Cell, { name, solo }: Service, askedOn: string): AnswerHead {
  const known = cell.answerHead;
  const service = solo?.service ?? name;
  if (known?.askedOn === askedOn && known.service === service) return known;
  cell.answerHead = { askedOn, channel: answerChannel(service, askedOn, 'success'), service, from: cell.id };
  return cell.answerHead;
}

/** Tells who asked; `true` where only listeners want to know besides. */
function tell(state: TransmitterState, task: Task, answer: PackedAnswer, outputs: Outputs): boolean {
  tellAsker(state, task.accepted, answer, outputs);
  noteAnswered(state, endOf(task, 'done'));
  return isAlone(state) && takersOf(state, answer.head).size === 0;
}

function emitAnswer(state: TransmitterState, task: Task, { bytes }: PackedAnswer, outputs: Outputs): void {
  const event = decodeFrame(bytes).decode() as ThynapseEvent;
  emit(state, { event, bytes }, { service: task.service, end: endOf(task, 'done') }, outputs);
}

/** Answers on one channel that nobody handles. */
function publishLater(state: TransmitterState, answers: readonly PackedAnswer[], outputs: Outputs): void {
  const [first] = answers;
  if (!first) return;
  const count = answers.length;
  state.counts.events += count;
  outputs.push({
    type: 'publish-later',
    channel: first.head.channel,
    events: new LaterAnswers(answers),
    at: nextPosition(state, count),
  });
  countEvents(state, count);
}

class LaterAnswers implements LaterEvents {
  readonly bytes: number;
  readonly #answers: readonly PackedAnswer[];

  constructor(answers: readonly PackedAnswer[]) {
    this.#answers = answers;
    this.bytes = answers.reduce((sum, { packed, index }) => sum + packed.size(index) + envelopeBytes, 0);
  }

  get count(): number {
    return this.#answers.length;
  }

  frames(): readonly Uint8Array[] {
    return this.#answers.map(({ bytes }) => bytes);
  }

  /** Of some of a frame only, the whole frame would be too much. */
  get source(): EventSource | undefined {
    const [first] = this.#answers;
    if (first?.packed.count !== this.count) return undefined;
    return { frame: first.packed.bytes, read: readerOf(first.head) };
  }
}

function readerOf(head: AnswerHead): FramesReader {
  return (frame) => {
    const packed = readDones(decodeFrame(frame));
    return packed.ids.map((re, i) => answerEvent(head.channel, head, re, packed.soundText(i)));
  };
}

/** About what is around the data of an answer. */
const envelopeBytes = 250;
