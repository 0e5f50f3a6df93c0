import { FusionError } from '../errors.js';
import type { JsonObject } from '../json/json-value.js';
import { Catalogue } from '../schema/catalogue.js';
import type { ClassDefinition, Member, ScalarMember } from '../schema/class-definition.js';
import { readClassDefinition } from '../schema/read-definition.js';
import { bindChanges } from './bind-changes.js';
import { bindObject } from './bind-object.js';
import { bindTerms } from './bind-terms.js';
import type {
  BoundSortKey,
  BoundTargets,
  CreateClassesPlan,
  FindPlan,
  IndexPlan,
  Plan,
  StorePlan,
  Term,
} from './plan.js';
import type { CreateClassesQuery, FindQuery, NamedMembers, QueryBody, SortKey, StoreQuery, Targets } from './query.js';
import { requireMember } from './require-member.js';

/**
 * Compares a query's names and values with the classes that exist; changes nothing. Throws {@link FusionError} with
 * the first thing that is wrong: targets and terms before changes and options, otherwise in the order of the text.
 *
 * @see docs/spec/fql.md
 */
export function bindQuery(query: QueryBody, catalogue: Catalogue): Plan {
  switch (query.name) {
    case 'CREATE_CLASSES':
      return bindCreateClasses(query, catalogue);
    case 'CREATE_INDEX':
    case 'DROP_INDEX':
      return { name: query.name, classes: query.classes.map((named) => bindIndexed(named, catalogue)) };
    case 'STORE':
      return bindStore(query, catalogue);
    case 'GET':
      return { name: 'GET', definition: catalogue.get(query.className), oids: query.oids };
    case 'FIND':
      return bindFind(query, catalogue);
    case 'COUNT': {
      const definition = query.className === undefined ? undefined : catalogue.get(query.className);
      return { name: 'COUNT', definition, terms: definition ? bindTerms(query.terms, definition) : [] };
    }
    case 'UPDATE': {
      const definition = catalogue.get(query.className);
      const targets = bindTargets(query.targets, definition);
      const condition = query.condition && bindSomeTerms('_if', query.condition, definition);
      return { name: 'UPDATE', definition, targets, condition, changes: bindChanges(query.changes, definition) };
    }
    case 'DELETE': {
      const definition = catalogue.get(query.className);
      return { name: 'DELETE', definition, targets: bindTargets(query.targets, definition), isDeep: query.isDeep };
    }
    case 'OIDS':
      return { name: 'OIDS', definition: catalogue.get(query.className) };
    default:
      return query;
  }
}

function bindCreateClasses({ classes }: CreateClassesQuery, catalogue: Catalogue): CreateClassesPlan {
  // A later class of the query may refer to an earlier one, and yet none exists until all are right.
  const planned = new Catalogue(catalogue);
  const definitions = Array.from(classes, ([name, json]) => {
    const definition = readClassDefinition(name, json, planned);
    planned.add(definition);
    return definition;
  });
  return { name: 'CREATE_CLASSES', definitions };
}

function bindIndexed({ className, members }: NamedMembers, catalogue: Catalogue): IndexPlan['classes'][number] {
  const definition = catalogue.get(className);
  return { definition, members: members.map((name) => bindIndexedMember(name, definition)) };
}

function bindIndexedMember(name: string, definition: ClassDefinition): ScalarMember {
  const member = requireMember(name, definition);
  if (member.kind === 'link') throw new FusionError(1101, `an index on ${name} of ${definition.name}, which links`);
  return member;
}

function bindStore(query: StoreQuery, catalogue: Catalogue): StorePlan {
  const isNewClass = query.definition !== undefined;
  const definition =
    query.definition === undefined
      ? catalogue.get(query.className)
      : readClassDefinition(query.className, query.definition, catalogue);
  if (isNewClass) catalogue.requireRoom();
  return { name: 'STORE', definition, isNewClass, objects: query.objects.map((json) => bindObject(json, definition)) };
}

function bindFind({ className, terms, options }: FindQuery, catalogue: Catalogue): FindPlan {
  const definition = catalogue.get(className);
  return {
    name: 'FIND',
    definition,
    terms: bindTerms(terms, definition),
    limit: options.limit,
    offset: options.offset,
    sort: options.sort.map((key) => bindSortKey(key, definition)),
    select: options.select && new Set(options.select.map((name) => requireMember(name, definition))),
  };
}

function bindSortKey({ member: name, isDescending }: SortKey, definition: ClassDefinition): BoundSortKey {
  const member: Member = requireMember(name, definition);
  if (member.kind === 'link' || member.isArray)
    throw new FusionError(1101, `_sort by ${name} of ${definition.name}, which is no single value`);
  return { member, isDescending };
}

function bindTargets({ oids, where }: Targets, definition: ClassDefinition): BoundTargets {
  return { oids, where: where ? bindSomeTerms('_where', where, definition) : [] };
}

/** The terms of an attribute that has to have at least one. */
function bindSomeTerms(attribute: string, terms: JsonObject, definition: ClassDefinition): readonly Term[] {
  if (terms.size === 0) throw new FusionError(1305, `${attribute} of ${definition.name}`);
  return bindTerms(terms, definition);
}
