import type { PendingRequest, Sync } from '@syncytium/netsync';

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

/** As JSON. That of a pair, which most are, is written without making the object first. */
function payloadsText(sync: Sync): string {
  const { members } = sync;
  const [newcomer, mate] = members;
  if (members.length !== 2 || !newcomer || !mate || newcomer.actor === mate.actor) return JSON.stringify(sync.payloads);
  return `{${memberText(newcomer)},${memberText(mate)}}`;
}

function memberText({ actor, payload }: PendingRequest): string {
  return `${JSON.stringify(actor)}:${JSON.stringify(payload)}`;
}
