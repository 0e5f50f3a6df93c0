import type { PendingRequest, Sync } from '@syncytium/netsync';

/** Everybody's payload by actor, as JSON. That of a pair, which most are, is written without making the object first. */
export function payloadsText(sync: Sync): string {
  const { members } = sync;
  const [newcomer, mate] = members;
  if (members.length !== 2 || !newcomer || !mate || newcomer.actor === mate.actor) return JSON.stringify(sync.payloads);
  return `{${memberText(newcomer)},${memberText(mate)}}`;
}

function memberText({ actor, payload }: PendingRequest): string {
  return `${JSON.stringify(actor)}:${JSON.stringify(payload)}`;
}
