import type { PeerId } from '@syncytium/transport';
import type { LaterEvents } from './later-events.js';
import type { Position, Positions } from '../wire/position.js';
import type { Task } from './transmitter-state.js';

/** What a transmitter wants done, in this order. */
export type TransmitterOutput =
  | { readonly type: 'send'; readonly to: PeerId; readonly frame: Uint8Array }
  /** `at` is its place among all events; what the system itself says has none. */
  | {
      readonly type: 'publish';
      readonly channel: string;
      readonly frame: Uint8Array;
      readonly at?: Position;
    }
  /** What a transmitter published up to this event is not known here. */
  | { readonly type: 'unknown'; readonly at: Position }
  /** A transmitter is gone for long. */
  | { readonly type: 'forgotten'; readonly id: string }
  /** To another transmitter that listens to this one. */
  | { readonly type: 'peer'; readonly to: string; readonly frame: Uint8Array }
  /** Start and stop listening to an event socket. */
  | { readonly type: 'link' | 'unlink'; readonly address: string }
  /** Another transmitter has come within reach, or is there no longer. */
  | { readonly type: 'reach'; readonly id: string; readonly command: string; readonly isReachable: boolean }
  /** It may leave: all that it had is with others, or done. */
  | { readonly type: 'drained' }
  /** So many events on a channel, whose frames `J EVNT` are made when somebody needs them. */
  | {
      readonly type: 'publish-later';
      readonly channel: string;
      readonly events: LaterEvents;
      readonly at: Position;
    }
  /** A run of so many events on a channel. */
  | {
      readonly type: 'publish-run';
      readonly channel: string;
      readonly frame: Uint8Array;
      readonly count: number;
      readonly at: Position;
    }
  /** A cell comes back that had heard everything up to `since`. */
  | {
      readonly type: 'resume';
      readonly peer: PeerId;
      readonly patterns: readonly string[];
      readonly since: Positions;
    }
  /** A cell listens to a pattern from now on, or does not any more; asked for under the id `re`, if any. */
  | {
      readonly type: 'hear' | 'mute';
      readonly peer: PeerId;
      readonly pattern: string;
      readonly re: string | undefined;
    }
  /** A cell has read so many bytes of events. */
  | { readonly type: 'took'; readonly peer: PeerId; readonly bytes: number }
  /** A task began or ended that is this transmitter's to see to; between the two, somebody waits. */
  | { readonly type: 'opened'; readonly task: Task }
  | { readonly type: 'closed'; readonly task: Task; readonly outcome: 'done' | 'failed' };
