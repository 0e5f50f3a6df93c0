import { makeDones, type DoneItem } from '../wire/answers.js';
import { groupsOf, type Group } from '../wire/packed-groups.js';
import { makeRequests } from '../wire/requests.js';
import { commands } from '../wire/wire.js';
import type { CellRequest } from './cell-state.js';

interface PackedRequests {
  readonly requests: Group<CellRequest>;
  readonly frame: Uint8Array;
}

/** Frames `R REQS` for requests in their order. */
export function packRequests(requests: readonly CellRequest[]): PackedRequests[] {
  return groupsOf(requests, lengthOf, goTogether).map((group) => ({
    requests: group,
    frame: makeRequests(group[0], group),
  }));
}

/** Frames `R DONS` for answers in their order. */
export function packDones(dones: readonly DoneItem[]): Uint8Array[] {
  return groupsOf(dones, lengthOf).map((group) => makeDones(group));
}

/** One answer in a frame of its own: `J DONE`. */
export function doneFrame({ id, text }: DoneItem): Uint8Array {
  return Buffer.from(`J ${commands.done} {"re":"${id}"${text === '' ? '' : `,"data":${text}`}}`);
}

function lengthOf({ text }: { readonly text: string }): number {
  return text.length;
}

function goTogether(first: CellRequest, next: CellRequest): boolean {
  const isLater = next.seq > first.seq && next.seq - first.seq < 2 ** 32;
  return isLater && next.channel === first.channel && next.at === first.at && next.timeout === first.timeout;
}
