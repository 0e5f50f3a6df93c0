import { JsonObject } from '../json/json-value.js';
import { parseJson } from '../json/parse-json.js';
import { Catalogue } from './catalogue.js';
import { formatType, type ClassDefinition, type Member, type ScalarMember } from './class-definition.js';
import { readClassDefinition } from './read-definition.js';

/** A class with the expanded definitions of its members: `"Person":{"name":{"_type":"string","_index":true}}`. */
export function formatDefinition(
  { name, members, ttlMs }: ClassDefinition,
  isIndexed: (member: ScalarMember) => boolean,
): string {
  const entries = members.map((member) => formatMember(member, member.kind === 'scalar' && isIndexed(member)));
  if (ttlMs !== undefined) entries.unshift(`"_ttl":${ttlMs}`);
  return `"${name}":{${entries.join(',')}}`;
}

function formatMember(member: Member, isIndexed: boolean): string {
  return `"${member.name}":{"_type":"${formatType(member)}","_index":${isIndexed}}`;
}

/** Classes as JSON, so that another thread can make the same. */
export function formatDefinitions(definitions: Iterable<ClassDefinition>): string {
  const classes = Array.from(definitions, (definition) => formatDefinition(definition, (member) => member.isIndexed));
  return `{${classes.join(',')}}`;
}

/** The classes of {@link formatDefinitions}, in their order. */
export function parseDefinitions(json: string): readonly ClassDefinition[] {
  const catalogue = new Catalogue();
  const { root } = parseJson(Buffer.from(json));
  if (root instanceof JsonObject)
    for (const [name, members] of root) catalogue.add(readClassDefinition(name, members, catalogue));
  return [...catalogue];
}
