import type { Message } from '@syncytium/transport';
import type { PeerPacket } from './peer-lines.js';

/** What travels between a cell and its transmitter; a line is what a connection would be. */
export interface LinePacket {
  readonly line: string;
  readonly type: 'open' | 'opened' | 'closed' | 'broken' | 'command' | 'news';
  readonly frame?: Uint8Array;
  /** With `news`. */
  readonly message?: Message;
}

export type Packet = LinePacket | PeerPacket;

/** How often transmitters and cells hear of the time. */
export const tickMs = 50;
