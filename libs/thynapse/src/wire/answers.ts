import { thidOf, type Frame } from '@syncytium/codec';
import { packItems, Packed, packTexts, type PackedItem } from './packed.js';
import { commands, serviceLengthMax } from './wire.js';

/** What a cell did. */
export interface DoneItem {
  /** THID of the event. */
  readonly id: string;
  /** What it answers, as JSON; empty for nothing. */
  readonly text: string;
}

/** Events that a cell did: a frame `R DONS`. */
export function makeDones(items: readonly DoneItem[]): Uint8Array {
  const table = { ids: items.map(({ id }) => id), columns: [] };
  return packTexts(
    commands.dones,
    {},
    table,
    items.map(({ text }) => text),
  );
}

/** Throws `FrameError` and `ProtocolError`. */
export function readDones(frame: Frame): Packed {
  return new Packed(frame, 0);
}

/** Who answered. */
export interface ReplyHead {
  readonly service: string;
  /** THID of the cell. */
  readonly from: string;
}

/** An answer as it came, to the event `re`. */
export interface ReplyItem extends PackedItem {
  readonly re: string;
}

/** Answers of one cell to requests of one other: a frame `R RPLS`. */
export function makeReplies({ service, from }: ReplyHead, items: readonly ReplyItem[]): Uint8Array {
  const ids = items.map(({ re }) => re);
  return packItems(commands.replies, { service, from }, { ids, columns: [] }, items);
}

/** A frame `R RPLS`. */
export class Replies extends Packed implements ReplyHead {
  readonly service: string;
  readonly from: string;

  /** Throws `FrameError` and `ProtocolError`. */
  constructor(frame: Frame) {
    super(frame, 0);
    this.service = this.fields.text('service', serviceLengthMax);
    this.from = this.fields.thid('from');
  }
}

/** The event that publishes an answer to the event `re`: a frame `J EVNT`; `text` is its data as JSON, empty for none. */
export function answerEvent(channel: string, { service, from }: ReplyHead, re: string, text: string): Uint8Array {
  const data = text === '' ? '' : `,"data":${text}`;
  const contents = `{"channel":${JSON.stringify(channel)}${data},"re":"${re}","service":${JSON.stringify(service)},"from":"${from}"}`;
  return Buffer.from(`J ${commands.event} {"id":"${thidOf(contents)}",${contents.slice(1)}`);
}
