import type { ClaimKeeper } from '../claims/claim-keeper.js';
import type { SessionName } from '../wire/protocol.js';

/** A session that a provider serves. */
export class ServedSession {
  readonly name: SessionName;
  /** Resolves when the service function has returned, however, and nothing of the session is left. Never rejects. */
  done: Promise<void> = Promise.resolve();
  readonly #keeper: ClaimKeeper | undefined;
  #end: (() => Promise<void>) | undefined;
  #isEnded = false;

  /** A plain session of a provider without extensions has no keeper. */
  constructor(name: SessionName, keeper: ClaimKeeper | undefined) {
    this.name = name;
    this.#keeper = keeper;
  }

  /** Whether it serves this opening. One that has lost its claim does not, however long its service function goes on. */
  holds(opening: string): boolean {
    return this.#keeper?.opening === opening && this.#keeper.isHeld;
  }

  /** Whether it was ended before it began. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** There is a session now, which ends like this. */
  onOpen(end: () => Promise<void>): void {
    this.#end = end;
  }

  /** Ends it, without waiting for the service function. */
  async end(): Promise<void> {
    this.#isEnded = true;
    await this.#end?.();
  }

  /** Its requestor has opened it anew: ends it without a word to it, and gives up the claim. */
  async replace(): Promise<void> {
    this.#isEnded = true;
    this.#keeper?.loseOpening();
    await this.#end?.();
    await this.#keeper?.leave();
  }
}
