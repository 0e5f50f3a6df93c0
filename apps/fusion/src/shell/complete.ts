import { queryNames } from '@syncytium/fusion';
import type { ClassList } from './class-list.js';

/** Attributes that stand inside a query or a class. */
const attributes = [
  ...[
    '_class',
    '_objects',
    '_oids',
    '_where',
    '_if',
    '_inc',
    '_deep',
    '_confirm',
    '_limit',
    '_offset',
    '_sort',
    '_select',
  ],
  ...['_explain', '_metrics', '_qid', '_rsp', '_type', '_index', '_ttl'],
];

/** Commands of the shell. */
export const commandNames = ['help', 'timing', 'format', 'quit'];

/**
 * What the last word before the cursor may become: names of queries first, then of classes, then of members of the
 * classes that stand before it, and attributes. As readline wants it: the candidates, and the word.
 */
export function complete(before: string, classes: ClassList): [candidates: string[], word: string] {
  const word = /[\\\w]*$/.exec(before)?.[0] ?? '';
  return [
    candidatesFor(before.slice(0, -word.length || undefined), classes).filter((name) => name.startsWith(word)),
    word,
  ];
}

function candidatesFor(before: string, classes: ClassList): readonly string[] {
  if (before.trim() === '') return [...queryNames, ...commandNames.map((name) => `\\${name}`)];
  if (/^\s*\{\s*"$/.test(before)) return queryNames;
  if (!before.endsWith('"')) return [];
  const isAfterClass = /"_class"\s*:\s*"$/.test(before);
  const named = [...classes.keys()].filter((name) => before.includes(`"${name}"`));
  if (isAfterClass || named.length === 0) return [...classes.keys(), ...attributes];
  return [...new Set([...named.flatMap((name) => classes.get(name) ?? []), ...attributes])];
}
