import type { Frame } from '@syncytium/codec';
import { checkChannel } from './channel.js';
import { packItems, Packed, packTexts, type PackedItem } from './packed.js';
import { channelLengthMax, commands } from './wire.js';

/** What the requests of a frame have in common. */
export interface RequestHead {
  readonly channel: string;
  /** THID of the cell that asks. */
  readonly from: string;
  /** When they were sent, in milliseconds since 1970. */
  readonly at: number;
  /** How long their sender waits, in milliseconds. */
  readonly timeout: number;
}

/** A request that is sent. */
export interface RequestItem {
  readonly id: string;
  readonly seq: number;
  /** Its data as JSON; empty for none. */
  readonly text: string;
}

/** Requests of one sender on one channel: a frame `R REQS`. Their `seq` must be less than 2^32 above the first one's. */
export function makeRequests(head: RequestHead, items: readonly RequestItem[]): Uint8Array {
  const seq = items[0]?.seq ?? 0;
  const table = { ids: items.map(({ id }) => id), columns: [items.map((item) => item.seq - seq)] };
  const texts = items.map(({ text }) => text);
  return packTexts(commands.requests, { ...headOf(head), seq }, table, texts);
}

/** A request of such a frame that is given to a cell, as often as `attempt` says. */
export interface GivenItem extends PackedItem {
  readonly packed: Requests;
  readonly attempt: number;
}

/** Requests that a cell is to handle, all from the same frame: a frame `R WORK`. */
export function makeWork(requests: Requests, items: readonly GivenItem[]): Uint8Array {
  const table = {
    ids: items.map(({ index }) => requests.idOf(index)),
    columns: [items.map(({ index }) => requests.seqOf(index) - requests.seq), items.map(({ attempt }) => attempt)],
  };
  return packItems(commands.work, { ...headOf(requests), seq: requests.seq }, table, items);
}

/** What an event of these has for contents, as JSON: what its id is made of. */
export function requestContents({ channel, from, at, timeout }: RequestHead, seq: number, text: string): string {
  const data = text === '' ? '' : `,"data":${text}`;
  return `{"channel":${JSON.stringify(channel)}${data},"from":"${from}","seq":${seq},"at":${at},"confirm":true,"answer":true,"timeout":${timeout}}`;
}

/** Such a request as an event of its own: a frame `J EVNT`. */
export function requestFrame(id: string, contents: string): Uint8Array {
  return Buffer.from(`J ${commands.event} {"id":"${id}",${contents.slice(1)}`);
}

/** One of them as an event of its own. */
export function frameOf(requests: Requests, index: number): Uint8Array {
  const contents = requestContents(requests, requests.seqOf(index), requests.soundText(index));
  return requestFrame(requests.idOf(index), contents);
}

/** A frame `R REQS` or `R WORK`. */
export class Requests extends Packed implements RequestHead {
  readonly channel: string;
  readonly from: string;
  readonly at: number;
  readonly timeout: number;
  readonly seq: number;

  /** Throws `FrameError` and `ProtocolError`. */
  constructor(frame: Frame) {
    super(frame, frame.command === commands.work ? 2 : 1);
    const { fields } = this;
    this.channel = fields.text('channel', channelLengthMax * 2);
    checkChannel(this.channel);
    this.from = fields.thid('from');
    this.at = fields.integer('at', 0, Number.MAX_SAFE_INTEGER);
    this.timeout = fields.integer('timeout', 0, Number.MAX_SAFE_INTEGER);
    this.seq = fields.integer('seq', 0, Number.MAX_SAFE_INTEGER);
  }

  seqOf(index: number): number {
    return this.seq + this.number(0, index);
  }

  /** Of `R WORK`: how often the request was given. */
  attemptOf(index: number): number {
    return this.number(1, index);
  }

  idOf(index: number): string {
    return this.ids[index] ?? '';
  }
}

function headOf({ channel, from, at, timeout }: RequestHead): RequestHead {
  return { channel, from, at, timeout };
}
