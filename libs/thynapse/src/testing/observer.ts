import type { TaskEvent } from '../cell/cell-state.js';
import type { Gathering } from '../cell/gathering.js';
import { Exercises } from './exercise.js';
import type { ThynapseEvent } from '../wire/event.js';

/** An event as the observer, who sees everything, knows it. */
export interface Observed {
  readonly id: string;
  readonly channel: string;
  readonly key: string | undefined;
  readonly sender: string;
  /** Which life of the sender it belongs to. */
  readonly senderId: string;
  readonly isRequest: boolean;
  /** It is asked of every cell. */
  readonly isAsked: boolean;
  confirmations: number;
  services: readonly string[] | undefined;
  refusals: number;
  /** Answers that reached the sender. */
  answers: number;
  /** Where every cell is asked: how often the wait for all of them ended, and what was gathered then. */
  gatherings: number;
  gathered: Gathering | undefined;
  /** Attempts that succeeded, by service; by cell where every cell is asked. */
  readonly handled: Map<string, number>;
}

/** A cell began to handle an event, or did it; or it died, and what it had in hand with it. */
export type Work =
  | {
      readonly type: 'begun' | 'done';
      readonly cell: string;
      readonly service: string;
      readonly event: TaskEvent;
    }
  | { readonly type: 'died'; readonly cell: string };

/** Sees what happens in a simulation, wherever it happens. */
export class Observer {
  readonly events = new Map<string, Observed>();
  /** Events in the order in which each life of each cell heard them. */
  readonly heard = new Map<string, ThynapseEvent[]>();
  /** How many events each life of a cell was told that it missed. */
  readonly missed = new Map<string, number>();
  readonly published: ThynapseEvent[] = [];
  /** Ids of the lives that cells have now. */
  readonly alive = new Map<string, string>();
  /** Most tasks that a cell had in hand at once. */
  readonly mostInHand = new Map<string, number>();
  /** Events that were sent to other transmitters, over every link. */
  readonly crossings = new Map<string, number>();
  /** Frames between transmitters, by command. */
  readonly peerFrames = new Map<string, number>();
  /** Transmitters and cells that left when they were told to. */
  readonly replaced: string[] = [];
  /** Open events of transmitters that said that they had none any more. */
  readonly abandoned = new Set<string>();
  readonly exercises = new Exercises();
  /** In the order in which it happened. */
  readonly work: Work[] = [];

  began(
    plan: { readonly name: string; readonly service: string; readonly capacity: number },
    event: TaskEvent,
    inHand: number,
  ): void {
    if (event.attempt > 1) this.exercises.note('redelivered');
    if (inHand === plan.capacity) this.exercises.note('cell full');
    this.mostInHand.set(plan.name, Math.max(this.mostInHand.get(plan.name) ?? 0, inHand));
    this.work.push({ type: 'begun', cell: plan.name, service: plan.service, event });
  }

  did({ name, service }: { readonly name: string; readonly service: string }, event: TaskEvent): void {
    this.work.push({ type: 'done', cell: name, service, event });
    const handled = this.events.get(event.id)?.handled;
    const who = event.all ? name : service;
    handled?.set(who, (handled.get(who) ?? 0) + 1);
  }

  died(cell: string): void {
    this.alive.delete(cell);
    this.work.push({ type: 'died', cell });
  }

  sent(sender: string, senderId: string, event: ThynapseEvent): void {
    const { id, channel, key, answer = false, all: isAsked = false } = event;
    this.events.set(id, {
      id,
      channel,
      key,
      sender,
      senderId,
      isRequest: answer && !isAsked,
      isAsked,
      confirmations: 0,
      services: undefined,
      refusals: 0,
      answers: 0,
      gatherings: 0,
      gathered: undefined,
      handled: new Map(),
    });
  }

  eventOf(id: string): Observed {
    const event = this.events.get(id);
    if (!event) throw new Error(`nobody sent ${id}`);
    return event;
  }
}
