import type { PendingRequest, Sync } from '@syncytium/netsync';

/** Headers that tell about a sync. */
export const syncHeaderNames = ['netsync-request-id', 'netsync-match-id', 'netsync-wait-ms'] as const;

/** What they say to one of the members. */
export function syncHeaders(
  sync: Sync,
  { id, since }: PendingRequest,
): Record<(typeof syncHeaderNames)[number], string> {
  return {
    'netsync-request-id': id,
    'netsync-match-id': sync.id,
    'netsync-wait-ms': String(Math.round(sync.at - since)),
  };
}
