import type { Sync } from '@syncytium/netsync';
import { payloadsText } from './payloads-text.js';

/** The part of an answer over `/ws` that all members of a group have. They are answered in a row, so the last is kept. */
export class SyncTexts {
  #sync: Sync | undefined;
  #text = '';

  textOf(sync: Sync): string {
    if (sync !== this.#sync) {
      this.#sync = sync;
      this.#text = `"payloads":${payloadsText(sync)},"match":"${sync.id}"`;
    }
    return this.#text;
  }
}
