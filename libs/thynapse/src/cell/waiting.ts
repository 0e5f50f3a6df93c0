import type { WaitSubject } from '@syncytium/kit';
import type { CellReply } from './cell-state.js';
import type { Gathering } from './gathering.js';
import type { Pending } from './pending.js';

export interface WaitingFor {
  readonly channel?: string;
  readonly isRequest?: boolean;
  /** It waits for the answers of all cells. */
  readonly gathering?: Gathering;
  /** Who has to act, where that is not the transmitter or another cell. */
  readonly from?: string;
  /** What is known of the transmitter, for whoever waited in vain. */
  readonly hint?: () => string;
}

/** Somebody who waits for the transmitter or for another cell, as `/waits` shows it. */
export class Waiting implements WaitSubject {
  pending: Pending<CellReply | undefined> | undefined;
  /** Services that handle the event, as far as the transmitter has told. */
  services: readonly string[] = [];
  readonly who: string;
  readonly what: string;
  readonly #for: WaitingFor;
  readonly #address: () => string;

  constructor(who: string, what: string, wanted: WaitingFor, address: () => string) {
    this.who = who;
    this.what = what;
    this.#for = wanted;
    this.#address = address;
  }

  get channel(): string {
    return this.#for.channel ?? this.what;
  }

  get isRequest(): boolean {
    return this.#for.isRequest === true;
  }

  get isGathering(): boolean {
    return this.#for.gathering !== undefined;
  }

  get whom(): readonly string[] {
    const { from, gathering } = this.#for;
    if (from !== undefined) return [from];
    const names = gathering?.missing.map((cell) => cell.name) ?? this.services;
    return names.length > 0 ? names : [this.#address()];
  }

  /** Who did not come. */
  get missing(): string {
    const { from, gathering } = this.#for;
    const { services } = this;
    if (from !== undefined) return from;
    if (gathering?.isKnown) return gathering.missing.map((cell) => cell.name).join(', ');
    if (services.length === 0) return `the transmitter at ${this.#address()}${this.#for.hint?.() ?? ''}`;
    return `${services.length === 1 ? 'service' : 'services'} ${services.join(', ')}`;
  }
}
