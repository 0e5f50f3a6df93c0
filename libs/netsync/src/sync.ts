import type { PendingRequest } from './pending.js';

/** Requests that sync: one object, shared by all members of the group. */
export class Sync {
  readonly id: string;
  readonly event: string;
  /** When, in milliseconds of the clock. */
  readonly at: number;
  /** The newcomer that completed the group, then the others from the oldest. */
  readonly members: readonly PendingRequest[];
  #payloadLength: number | undefined;
  #payloads: Readonly<Record<string, string>> | undefined;

  constructor(id: string, event: string, members: readonly PendingRequest[], at: number) {
    this.id = id;
    this.event = event;
    this.members = members;
    this.at = at;
  }

  /** Length of all payloads, in UTF-16 units. */
  get payloadLength(): number {
    return (this.#payloadLength ??= this.members.reduce((sum, { payload }) => sum + payload.length, 0));
  }

  /** Everybody's payload by actor, in the order of the members. Of several members with one actor the last that came counts. */
  get payloads(): Readonly<Record<string, string>> {
    if (this.#payloads) return this.#payloads;
    const payloads = Object.create(null) as Record<string, string>;
    const [newcomer, ...others] = this.members;
    if (newcomer) payloads[newcomer.actor] = newcomer.payload;
    for (const { actor, payload } of others) if (actor !== newcomer?.actor) payloads[actor] = payload;
    return (this.#payloads = Object.freeze(payloads));
  }
}
