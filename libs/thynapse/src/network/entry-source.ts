import type { Member, NetworkState, Origin } from './network-state.js';

/**
 * The neighbour to ask for what comes after the last known entry of an origin; `undefined` where nobody has more, as far as
 * is known. The origin itself has all that anybody has. Others may have begun later than with what is missing, and would
 * answer with a base: they are asked where there is no better one. [T-23]
 *
 * @param from who has just shown that it has more
 */
export function sourceOf({ neighbours, members }: NetworkState, origin: Origin, from?: string): string | undefined {
  const after = origin.have ?? -1;
  const haveOf = ({ have }: Member): number => have.get(origin.id) ?? -1;
  const known = [...neighbours.keys()].map((id) => members.get(id)).filter((member) => member !== undefined);
  const having = known.filter((member) => member.id === from || haveOf(member) > after);
  if (having.length === 0) return from;
  if (neighbours.has(origin.id)) return origin.id;
  const early = having.filter(({ bases }) => (bases[origin.id] ?? 0) <= after);
  return (early.length > 0 ? early : having).reduce((most, one) => (haveOf(one) > haveOf(most) ? one : most)).id;
}
