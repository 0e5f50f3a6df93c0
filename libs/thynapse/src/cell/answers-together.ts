import { decodeFrame } from '@syncytium/codec';
import { readDones, type DoneItem } from '../wire/answers.js';
import { packDones } from './cell-packing.js';

/**
 * Answers that go to the transmitter together. To repeat them, the frames are kept in which they went: texts would be far
 * more for the collector, once they have grown old.
 */
export class AnswersTogether {
  #items: DoneItem[] = [];
  #frames: readonly Uint8Array[] = [];

  /** Those that are in no frame yet. */
  get waiting(): readonly DoneItem[] {
    return this.#items;
  }

  add(item: DoneItem): void {
    this.#items.push(item);
  }

  /** Their frames `R DONS`; there are to be no more. */
  pack(): readonly Uint8Array[] {
    this.#frames = packDones(this.#items);
    this.#items = [];
    return this.#frames;
  }

  /** The answer to the event with this id. */
  find(id: string): DoneItem | undefined {
    for (const frame of this.#frames) {
      const packed = readDones(decodeFrame(frame));
      const index = packed.ids.indexOf(id);
      if (index >= 0) return { id, text: packed.text(index) };
    }
    return this.#items.find((item) => item.id === id);
  }
}
