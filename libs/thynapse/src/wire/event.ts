import {
  json,
  jsonText,
  encodeFrame,
  frameHeaderBytes,
  thidOf,
  type EncodeOptions,
  type EncodingCode,
  type Frame,
} from '@syncytium/codec';
import { checkChannel } from './channel.js';
import { Fields } from './fields.js';
import { channelLengthMax, commands, keyLengthMax } from './wire.js';

/** What an event's contents hold; whatever else a sender puts in travels along untouched. */
export interface EventContents {
  readonly channel: string;
  readonly data?: unknown;
  /** THID of the cell that sent it. */
  readonly from?: string;
  /** The cell's own count of what it sent, from 1. */
  readonly seq?: number;
  /** THID of the event that this one answers. */
  readonly re?: string;
  /** When it was sent, in milliseconds since 1970. */
  readonly at?: number;
  /** Its sender wants `OKAY`. */
  readonly confirm?: boolean;
  /** Its sender wants the answer. */
  readonly answer?: boolean;
  /** How long its sender waits for the answer, in milliseconds. */
  readonly timeout?: number;
  /** It is asked of every cell that answers to its channel, instead of one of each service. */
  readonly all?: boolean;
  /** `data` is the base64 text of bytes, which JSON does not carry. */
  readonly base64?: boolean;
  /** What it is about: events with the same key go to the same cell of a service, one after the other. */
  readonly key?: string;
  readonly [other: string]: unknown;
}

/** An event as everybody sees it. */
export interface ThynapseEvent extends EventContents {
  /** THID: the SHA-1 of the contents. */
  readonly id: string;
}

/** An event with the bytes it travels in: a frame `J EVNT {...}`. */
export interface EventFrame {
  readonly event: ThynapseEvent;
  readonly bytes: Uint8Array;
}

/** Makes an event of contents; equal contents make the same event. Throws `EncodeError` for what JSON does not carry. */
export function makeEvent(contents: EventContents, options?: EncodeOptions): EventFrame {
  const body = jsonText(contents, options);
  const id = thidOf(body);
  return { event: { ...contents, id }, bytes: Buffer.from(`J ${commands.event} {"id":"${id}",${body.slice(1)}`) };
}

/** Contents that JSON carries: bytes as the text that {@link withBytes} reads. */
export function jsonContents(contents: EventContents): EventContents {
  const { data } = contents;
  if (!(data instanceof Uint8Array)) return contents;
  const text = Buffer.from(data.buffer, data.byteOffset, data.length).toString('base64');
  return { ...contents, data: text, base64: true };
}

/** The event as it was sent: with bytes, where JSON stood in for them. */
export function withBytes<E extends ThynapseEvent>(event: E): E {
  if (event.base64 !== true || typeof event.data !== 'string') return event;
  const decoded: Record<string, unknown> = { ...event, data: Buffer.from(event.data, 'base64') };
  delete decoded['base64'];
  return decoded as unknown as E;
}

/** Reads an event that needs no id: what a cell sends. Throws `FrameError` and {@link ProtocolError}. */
export function readContents(frame: Frame): EventContents & { readonly id?: string } {
  const fields = new Fields(frame);
  checkChannel(fields.text('channel', channelLengthMax * 2), fields.optionalThid('re'));
  fields.optionalThid('id');
  fields.optionalThid('from');
  fields.optionalInteger('seq', 0, Number.MAX_SAFE_INTEGER);
  fields.optionalNumber('at');
  fields.flag('confirm');
  fields.flag('answer');
  fields.flag('all');
  fields.flag('base64');
  fields.optionalInteger('timeout', 0, Number.MAX_SAFE_INTEGER);
  fields.optionalText('key', keyLengthMax);
  return fields.all as EventContents & { readonly id?: string };
}

/**
 * A JSON frame of a command with the same payload and some fields more, without decoding it: they are put at the end,
 * where they count even if the payload has fields of that name. `frame` must have been decoded before, so that its
 * payload is known to be an object with at least one field.
 */
export function withFields(frame: Uint8Array, command: string, fields: Readonly<Record<string, unknown>>): Uint8Array {
  let end = frame.length - 1;
  while (frame[end] !== closingBrace) end--;
  const head = Buffer.from(`J ${command} `, 'latin1');
  const tail = json.encode(fields);
  // The tail's opening brace becomes the comma between what was there and what is added.
  const bytes = Buffer.concat([head, frame.subarray(frameHeaderBytes, end), tail]);
  bytes[head.length + end - frameHeaderBytes] = comma;
  return bytes;
}

const closingBrace = 0x7d;
const comma = 0x2c;

/** A frame's payload in another encoding. Throws `EncodeError` where that one does not carry it. */
export function recode(frame: Frame, code: EncodingCode): Uint8Array {
  return frame.encoding.code === code ? frame.bytes : encodeFrame(code, frame.command, frame.decode());
}
