import { RecentIds } from '../collections/recent-ids.js';

/** Which tasks were answered last: those of so many events. Most events have one task, and services are few. */
export class AnsweredTasks {
  readonly #ids: RecentIds;
  /** The services of the event at each place. */
  readonly #services: (readonly string[])[] = [];
  #last: readonly string[] = [];

  constructor(max: number) {
    this.#ids = new RecentIds(max);
  }

  /** `false` where it was there before. */
  add(id: string, service: string): boolean {
    const place = this.#ids.find(id);
    if (place < 0) {
      this.#services[this.#ids.add(id)] = this.#alone(service);
      return true;
    }
    const before = this.#services[place] ?? [];
    if (before.includes(service)) return false;
    this.#services[place] = [...before, service];
    return true;
  }

  #alone(service: string): readonly string[] {
    if (this.#last[0] !== service) this.#last = [service];
    return this.#last;
  }
}
