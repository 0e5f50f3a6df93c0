import { decodeFrame } from '@syncytium/codec';
import type { EventFrame, ThynapseEvent } from '../wire/event.js';
import type { Link } from '../collections/linked-list.js';
import { frameOf, type Requests } from '../wire/requests.js';
import type { AcceptedEvent, Answer, Task } from './transmitter-state.js';

/** An accepted event that came among other requests: what else is in it is looked at only when somebody needs it. */
export class PackedEvent implements AcceptedEvent, ThynapseEvent {
  readonly [other: string]: unknown;
  readonly id: string;
  readonly requests: Requests;
  readonly index: number;
  owner: string;
  owned: Link<AcceptedEvent> | undefined = undefined;
  isLogged = false;
  toldAt = Infinity;
  readonly isPublished = true;
  readonly openTasks: Task[] = [];
  ended: readonly string[] = none;
  answers: readonly Answer[] = none;

  constructor(requests: Requests, index: number, owner: string) {
    this.id = requests.idOf(index);
    this.requests = requests;
    this.index = index;
    this.owner = owner;
  }

  get event(): ThynapseEvent {
    return this;
  }

  get sender(): string {
    return this.requests.from;
  }

  get wantsAnswer(): boolean {
    return true;
  }

  get channel(): string {
    return this.requests.channel;
  }

  get timeout(): number {
    return this.requests.timeout;
  }

  /** The frame `J EVNT`, made anew each time. */
  get bytes(): Uint8Array {
    return frameOf(this.requests, this.index);
  }
}

const none: readonly never[] = [];

/** An event as an object that can be put into others. */
export function plainEvent({ event, bytes }: EventFrame): ThynapseEvent {
  return event instanceof PackedEvent ? (decodeFrame(bytes).decode() as ThynapseEvent) : event;
}
