import { decodeFrame } from '@syncytium/codec';
import { answerEvent, readDones } from '../wire/answers.js';
import type { EventSource, FramesReader, LaterEvents } from './later-events.js';
import type { AnswerHead, PackedAnswer } from './packed-answer.js';

/** About what is around the data of an answer. */
const envelopeBytes = 250;

/** Answers with one head, published. */
export class LaterAnswers implements LaterEvents {
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
    // A frame `R RPLS` has the same table.
    const packed = readDones(decodeFrame(frame));
    return packed.ids.map((re, i) => answerEvent(head.channel, head, re, packed.soundText(i)));
  };
}
