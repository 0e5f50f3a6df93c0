import { JsonObject } from '../json/json-value.js';
import type { ClassDefinition, Member } from '../schema/class-definition.js';

/**
 * An object of a class may be wrapped in the class's name, as responses show it: `{"Address":{"city":"Paris"}}` means
 * `{"city":"Paris"}`. A class that has a member of its own name makes that ambiguous; then `couldHold` tells whether
 * the member could hold what is inside, and what is written is taken as it stands.
 */
export function unwrap(
  object: JsonObject,
  definition: ClassDefinition,
  couldHold: (member: Member) => boolean,
): JsonObject {
  if (object.size !== 1 || object.keys[0] !== definition.name) return object;
  const [inner] = object.values;
  if (!(inner instanceof JsonObject)) return object;
  const namesake = definition.member(definition.name);
  return namesake && couldHold(namesake) ? object : inner;
}
