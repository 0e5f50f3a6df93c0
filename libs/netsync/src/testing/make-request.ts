import { parseLabels, parseSelector } from '@syncytium/selector-parser';
import type { MatchRequest } from '../kind.js';
import { Profile } from '../profile.js';

let made = 0;

/** A request of an actor with the defaults of the protocol, where nothing else is said. */
export function makeRequest(
  actor: string,
  { event = 'e', mates = 1, labels = `actor=${actor}`, selector = `actor!=${actor}`, deadline = Infinity } = {},
): MatchRequest & { readonly actor: string } {
  return {
    id: `${actor}#${made++}`,
    actor,
    event,
    mates,
    deadline,
    profile: new Profile(parseLabels(labels), parseSelector(selector)),
  };
}
