import type { Message, PeerId } from '@syncytium/transport';

/** What happens to a transmitter. */
export type TransmitterInput =
  | { readonly type: 'message'; readonly from: PeerId; readonly message: Message }
  /** A peer is gone, or does not take what is sent to it. */
  | { readonly type: 'gone'; readonly peer: PeerId }
  | { readonly type: 'subscribed'; readonly topic: Uint8Array }
  /** Nobody wants the topic any more. */
  | { readonly type: 'unsubscribed'; readonly topic: Uint8Array }
  /** Listen to the transmitter whose event socket has this address, whoever that is. */
  | { readonly type: 'join'; readonly address: string }
  /** Frames from another transmitter. */
  | { readonly type: 'peer'; readonly from: string; readonly message: Message }
  /** The line to another transmitter's event socket is lost. */
  | { readonly type: 'peer-gone'; readonly peer: string }
  /** Events cannot be published as fast as they come; until they can, no more are accepted. */
  | { readonly type: 'congested'; readonly congested: boolean }
  /** Time has passed; wanted every `tickMs`. */
  | { readonly type: 'tick' }
  /** It is to leave: no new cells; what is open, and the cells that are there, go to others. */
  | { readonly type: 'drain' }
  /** The transmitter leaves: its cells are told. */
  | { readonly type: 'leave' };
