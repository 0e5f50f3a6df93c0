import type { PeerPacket } from './peer-lines.js';

/** What travels between a cell and its transmitter; a line is what a connection would be. */
export interface LinePacket {
  readonly line: string;
  readonly type: 'open' | 'opened' | 'closed' | 'broken' | 'command' | 'event';
  readonly frame?: Uint8Array;
}

export type Packet = LinePacket | PeerPacket;

/** How often transmitters and cells hear of the time. */
export const tickMs = 50;
