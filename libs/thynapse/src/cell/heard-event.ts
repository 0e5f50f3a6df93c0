import { json, thidOf } from '@syncytium/codec';
import type { RunHead } from '../wire/event-run.js';
import { jsonContents, type EventContents, type ThynapseEvent } from '../wire/event.js';

/** An event of a run. Its id is made of its contents when somebody asks for it, which few do. */
export class HeardEvent implements ThynapseEvent {
  [other: string]: unknown;
  readonly channel: string;
  readonly data: unknown;
  readonly from: string;
  readonly seq: number;
  readonly at: number;

  constructor({ channel, from, seq, at }: RunHead, index: number, data: unknown) {
    this.channel = channel;
    this.data = data;
    this.from = from;
    this.seq = seq + index;
    this.at = at;
  }

  get id(): string {
    return thidOf(json.encode(this.#contents()));
  }

  toJSON(): object {
    return { id: this.id, ...this.#contents() };
  }

  /** In the order in which they make the id. */
  #contents(): EventContents {
    const { channel, data, from, seq, at } = this;
    return jsonContents({ channel, data, from, seq, at });
  }
}
