import { decodeFrame, encodeFrame } from '@syncytium/codec';
import type { Message } from '@syncytium/transport';
import { startsWith } from './batch.js';
import { Fields } from './fields.js';
import type { Positions } from './position.js';
import { commands } from './wire.js';

/** Before the events of a message, to tell them from answers to the listener's own. */
const newsHead = Buffer.from(`J ${commands.news} `, 'latin1');

/** Whether a message has events that its receiver listens to, behind its first frame. */
export function isNews([first]: Message): boolean {
  return first !== undefined && startsWith(first, newsHead);
}

/** Up to which event of each transmitter its receiver has everything then. */
export function newsPositions([first]: Message): Positions {
  return first ? (new Fields(decodeFrame(first)).all as Positions) : {};
}

/** The first frame of such a message: up to where the listener has everything then. */
export function newsFrame(positions: Positions): Uint8Array {
  return encodeFrame('J', commands.news, positions);
}
