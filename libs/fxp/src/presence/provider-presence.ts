import type { Clock, Log, Timer } from '@syncytium/kit';
import type { Broker, Subscription } from '@syncytium/transport';
import { renewalsPerLease } from '../claims/lease.js';
import { presenceChannelOf, providerKeyOf, type PresencePart, type ProviderId } from './presence-channel.js';
import { encodeProvider, type ProviderRecord } from './presence-record.js';

export interface ProviderPresenceOptions {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly log: Log;
  readonly id: ProviderId;
  /** How long a record is kept that is not renewed, in milliseconds. */
  readonly ttlMs: number;
  /** What the provider says of itself now. */
  readonly describe: () => ProviderRecord;
}

/**
 * Shows that a provider is there for its services: a subscription for each, which ends with the provider's connection,
 * and a record for each that tells how busy it is. After a lost connection the broker's driver renews subscriptions, and
 * the next renewal the records.
 */
export class ProviderPresence {
  readonly #options: ProviderPresenceOptions;
  readonly #services = new Map<string, Map<PresencePart, Subscription>>();
  #timer: Timer | undefined;
  #writing: Promise<void> | undefined;
  #isStale = false;

  constructor(options: ProviderPresenceOptions) {
    this.#options = options;
  }

  /** Is there for the service from when it has resolved. To be called before the provider listens for sessions. */
  async announce(service: string): Promise<void> {
    this.#services.set(service, new Map());
    try {
      await this.#subscribe(service, 'provider');
      await this.#writeOne(service);
    } catch (error) {
      await this.withdraw(service);
      throw error;
    }
    this.#schedule();
  }

  /** Only finishes the sessions it has. To be called before the provider stops listening; the result when it has. */
  async drain(service: string): Promise<() => Promise<void>> {
    await this.#subscribe(service, 'draining');
    return () => this.#unsubscribe(service, 'provider');
  }

  /** Is there for the service no more. To be called after the provider has stopped listening for sessions. */
  async withdraw(service: string): Promise<void> {
    const parts = [...(this.#services.get(service)?.keys() ?? [])];
    await Promise.all(parts.map((part) => this.#unsubscribe(service, part)));
    this.#services.delete(service);
    if (this.#services.size === 0) this.#timer?.cancel();
    await this.#writing;
    await this.#quietly(this.#options.broker.del(providerKeyOf(service, this.#options.id)));
  }

  /** What the provider says of itself has changed. */
  update(): void {
    this.#isStale = true;
    this.#writing ??= this.#write();
  }

  async #write(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false;
      await Promise.all([...this.#services.keys()].map((service) => this.#quietly(this.#writeOne(service))));
    }
    this.#writing = undefined;
  }

  #schedule(): void {
    const { clock, ttlMs } = this.#options;
    this.#timer?.cancel();
    this.#timer = clock.setTimer(ttlMs / renewalsPerLease, () => {
      this.update();
      this.#schedule();
    });
  }

  async #writeOne(service: string): Promise<void> {
    const { broker, id, ttlMs, describe } = this.#options;
    await broker.set(providerKeyOf(service, id), encodeProvider(describe()), { ttlMs });
  }

  async #subscribe(service: string, part: PresencePart): Promise<void> {
    const { broker, id } = this.#options;
    const subscription = await broker.subscribe(presenceChannelOf({ service, part, ...id }), () => undefined);
    const parts = this.#services.get(service);
    // Withdrawn meanwhile.
    if (parts) parts.set(part, subscription);
    else await subscription.close();
  }

  async #unsubscribe(service: string, part: PresencePart): Promise<void> {
    const parts = this.#services.get(service);
    const subscription = parts?.get(part);
    parts?.delete(part);
    await subscription?.close();
  }

  /** A record that cannot be written now is written later, or expires. */
  async #quietly(work: Promise<unknown>): Promise<void> {
    await work.catch((error: unknown) => this.#options.log.debug('a provider record was not written', { err: error }));
  }
}
