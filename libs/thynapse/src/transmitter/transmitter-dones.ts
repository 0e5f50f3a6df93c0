import { decodeFrame, type Frame } from '@syncytium/codec';
import { append, countEvents, isAlone } from '../network/disseminate.js';
import { readDones } from '../wire/answers.js';
import { answerChannel } from '../wire/channel.js';
import type { ThynapseEvent } from '../wire/event.js';
import type { Packed } from '../wire/packed.js';
import type { LaterEvents } from './later-events.js';
import { PackedAnswer } from './packed-answer.js';
import { closeDone, endOf, isAnswered, noteAnswered, openTaskOf, tellAsker } from './task-endings.js';
import { releaseTask } from './transmitter-cells.js';
import { emit, nextPosition } from './transmitter-events.js';
import { takersOf } from './transmitter-tasks.js';
import type { Cell, Task, TransmitterOutput, TransmitterState } from './transmitter-state.js';

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
        if (together[0] && together[0].channel !== answer.channel) publish();
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
  const { service: name, id: from } = service.solo ?? { service: service.name, id: cell.id };
  return new PackedAnswer(event.id, answerChannel(name, event.channel, 'success'), name, from, packed, index);
}

/** Tells who asked; `true` where only listeners want to know besides. */
function tell(state: TransmitterState, task: Task, answer: PackedAnswer, outputs: Outputs): boolean {
  tellAsker(state, task.accepted, answer, outputs);
  noteAnswered(state, endOf(task, 'done'));
  return isAlone(state) && takersOf(state, answer).size === 0;
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
    channel: first.channel,
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
}

/** About what is around the data of an answer. */
const envelopeBytes = 250;
