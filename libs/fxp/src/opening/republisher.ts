import type { Clock, Timer } from '@syncytium/kit';
import type { Broker } from '@syncytium/transport';
import { isPresent, takeAttendance } from '../presence/attendance.js';
import { parseClaim } from '../claims/claim-record.js';
import { claimKeyOf, type SessionName } from '../wire/protocol.js';

export interface RepublisherOptions {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly name: SessionName;
  readonly opening: string;
  readonly intervalMs: number;
}

/**
 * Publishes a session that nobody has claimed again and again, until it is stopped: a provider may have room for it by
 * then, or may have been making a lost connection anew when it was published first.
 */
export class Republisher {
  readonly #options: RepublisherOptions;
  /** The claim whose holder was not there at the last look. */
  #doubted: string | undefined;
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(options: RepublisherOptions) {
    this.#options = options;
    this.#schedule();
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  #schedule(): void {
    if (this.#isStopped) return;
    const { clock, intervalMs } = this.#options;
    this.#timer = clock.setTimer(intervalMs, () => {
      // That the broker cannot be reached, the pop that waits for the claim tells.
      void this.#publish()
        .catch(() => undefined)
        .finally(() => this.#schedule());
    });
  }

  async #publish(): Promise<void> {
    const { broker, name, opening } = this.#options;
    const [attendance, bytes] = await Promise.all([takeAttendance(broker, name.service), broker.get(claimKeyOf(name))]);
    const holder = bytes && parseClaim(bytes);
    if (holder && !isPresent(attendance, holder)) {
      // It died with the claim. To be seen twice, since a connection that is being made anew looks the same.
      const isDead = this.#doubted === holder.claim;
      this.#doubted = holder.claim;
      if (!isDead || this.#isStopped) return;
      await broker.del(claimKeyOf(name));
    }
    // Whoever holds this opening is about to say so.
    else if (holder?.opening === opening) return;
    if (!this.#isStopped) await broker.publish(name.service, name.id);
  }
}
