import { linkedObjects, type NewObject, type StorePlan } from '../fql/plan.js';
import type { Oid } from '../oid.js';
import type { Store } from '../store/store.js';
import { Additions } from './additions.js';
import { insertObject } from './insert-object.js';
import { requireLinks } from './require-links.js';
import type { ResponseBytes } from './response-bytes.js';

/** STORE: makes all objects, which live from now on, or none. Answers with their OIDs, unless nobody wants them. */
export function storeObjects(text: ResponseBytes, store: Store, plan: StorePlan, now: number, isSilent: boolean): void {
  const additions = new Additions();
  for (const object of plan.objects) {
    additions.addObject(object);
    requireLinks(store, object);
  }
  additions.reserve(store, plan.isNewClass ? plan.definition : undefined);
  // The response is written first: should it become too long, nothing has changed yet.
  const oids = Array.from({ length: additions.objectCount }, () => store.makeOid());
  if (!isSilent) writeStored(text, plan, takeEach(oids));
  const origin = { nextOid: takeEach(oids), now };
  store.changes.make(() => {
    if (plan.isNewClass) store.createClass(plan.definition, (table) => additions.reserveNew(store, table));
    for (const object of plan.objects) insertObject(store, object, origin);
  });
}

function writeStored(text: ResponseBytes, { definition, objects }: StorePlan, nextOid: () => Oid): void {
  text.add('[');
  objects.forEach((object, i) => {
    text.add(`${i > 0 ? ',' : ''}{"${definition.name}":`);
    writeOids(text, object, nextOid);
    text.add('}');
  });
  text.add(']');
}

/** The OIDs of an object and of those it links to, as deep as new objects go; taken in the order of insertion. */
function writeOids(text: ResponseBytes, object: NewObject, nextOid: () => Oid): void {
  const own = nextOid();
  text.add('{');
  for (const member of object.definition.members) {
    const value = object.values[member.position];
    if (member.kind === 'scalar' || value === undefined) continue;
    text.add(`"${member.name}":${member.isArray ? '[' : ''}`);
    linkedObjects(value).forEach((linked, i) => {
      text.add(`${i > 0 ? ',' : ''}{"${member.target.name}":`);
      if (linked.kind === 'new') writeOids(text, linked, nextOid);
      else text.add(`{"_oid":"${linked.oid}"}`);
      text.add('}');
    });
    text.add(member.isArray ? '],' : ',');
  }
  text.add(`"_oid":"${own}"}`);
}

/** Gives one after the other, from the first. */
function takeEach(oids: readonly Oid[]): () => Oid {
  let next = 0;
  return () => oids[next++] as Oid;
}
