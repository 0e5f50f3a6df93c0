import { JsonObject } from '../json/json-value.js';
import { parseJson } from '../json/parse-json.js';
import { Catalogue } from './catalogue.js';
import { formatType, type ClassDefinition, type Member } from './class-definition.js';
import { readClassDefinition } from './read-definition.js';

/** The expanded definition of a member, with its name: `"city":{"_type":"string","_index":true}`. */
export function formatMember(member: Member, isIndexed: boolean): string {
  return `"${member.name}":{"_type":"${formatType(member)}","_index":${isIndexed}}`;
}

/** Classes as JSON, so that another thread can make the same. */
export function formatDefinitions(definitions: Iterable<ClassDefinition>): string {
  const classes = Array.from(definitions, ({ name, members }) => {
    const texts = members.map((member) => formatMember(member, member.kind === 'scalar' && member.isIndexed));
    return `"${name}":{${texts.join(',')}}`;
  });
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
