import { describe, expect, test } from 'vitest';
import { FusionError } from '../errors.js';
import { parseJson } from '../json/parse-json.js';
import { Catalogue } from './catalogue.js';
import { formatType, type ClassDefinition } from './class-definition.js';
import { readClassDefinition } from './read-definition.js';

function read(name: string, json: string, catalogue = new Catalogue()): ClassDefinition {
  const definition = readClassDefinition(name, parseJson(Buffer.from(json)).root, catalogue);
  catalogue.add(definition);
  return definition;
}

function codeOf(name: string, json: string, catalogue = new Catalogue()): number {
  try {
    read(name, json, catalogue);
  } catch (error) {
    if (error instanceof FusionError) return error.errorCode;
    throw error;
  }
  throw new Error('it was accepted');
}

test('members are read compact and expanded, in order', () => {
  const catalogue = new Catalogue();
  read('Address', '{"city":"string"}', catalogue);
  const person = read(
    'Person',
    '{"name":{"_type":"string","_index":true},"age":"uint","tags":{"_type":"string[]"},"home":"Address","all":"Address[]"}',
    catalogue,
  );
  expect(person.members.map((member) => [member.name, member.position, formatType(member)])).toEqual([
    ['name', 0, 'string'],
    ['age', 1, 'uint'],
    ['tags', 2, 'string[]'],
    ['home', 3, 'Address'],
    ['all', 4, 'Address[]'],
  ]);
  expect(person.member('name')).toMatchObject({ kind: 'scalar', isIndexed: true, isArray: false });
  expect(person.member('tags')).toMatchObject({ kind: 'scalar', isIndexed: false, isArray: true });
  expect(person.member('all')).toMatchObject({ kind: 'link', isArray: true });
  expect(person.member('toString')).toBeUndefined();
});

describe('a definition is refused', () => {
  test.each([
    ['1A', '{"a":"int"}', 1003],
    ['', '{"a":"int"}', 1003],
    ['_A', '{"a":"int"}', 1003],
    ['string', '{"a":"int"}', 1003],
    ['Ä', '{"a":"int"}', 1003],
    ['A'.repeat(65), '{"a":"int"}', 1003],
    ['A', '"int"', 1002],
    ['A', '{}', 1002],
    ['A', '{"a":5}', 1002],
    ['A', '{"a":[]}', 1002],
    ['A', '{"1a":"int"}', 1800],
    ['A', '{"_oid":"string"}', 1800],
    ['A', '{"__proto__":"string"}', 1800],
    ['A', '{"a b":"string"}', 1800],
    ['A', '{"a":"integer"}', 1100],
    ['A', '{"a":"int[][]"}', 1100],
    ['A', '{"a":"B"}', 1100],
    ['A', '{"a":"A"}', 1100],
    ['A', '{"a":""}', 1100],
    ['A', '{"a":{"_type":5}}', 1101],
    ['A', '{"a":{"_type":"int","_index":1}}', 1101],
    ['A', '{"a":{"_type":"int","_index":null}}', 1101],
    ['A', '{"a":{"_type":"int","unique":true}}', 1201],
    ['A', '{"a":{"_index":true}}', 1202],
  ])('class %s %s with %i', (name, json, code) => {
    expect(codeOf(name, json)).toBe(code);
  });

  test('when the class exists', () => {
    const catalogue = new Catalogue();
    read('A', '{"a":"int"}', catalogue);
    expect(codeOf('A', '{"b":"int"}', catalogue)).toBe(1001);
  });

  test('when it indexes a member that links', () => {
    const catalogue = new Catalogue();
    read('A', '{"a":"int"}', catalogue);
    expect(codeOf('B', '{"a":{"_type":"A","_index":true}}', catalogue)).toBe(1101);
  });

  test('when the class would have too many members', () => {
    const members = Array.from({ length: 1025 }, (_, i) => `"m${i}":"int"`).join(',');
    expect(codeOf('A', `{${members}}`)).toBe(1002);
  });

  test('when the chain of classes would be too long', () => {
    const catalogue = new Catalogue();
    read('C1', '{"a":"int"}', catalogue);
    for (let i = 2; i <= 32; i++) read(`C${i}`, `{"next":"C${i - 1}[]"}`, catalogue);
    expect(codeOf('C33', '{"next":"C32"}', catalogue)).toBe(1002);
  });

  test('when there are too many classes', () => {
    const catalogue = new Catalogue();
    for (let i = 0; i < 1024; i++) read(`C${i}`, '{"a":"int"}', catalogue);
    expect(codeOf('One', '{"a":"int"}', catalogue)).toBe(1002);
  });
});

test('ordinary property names of JavaScript are ordinary names', () => {
  expect(read('constructor', '{"toString":"string","hasOwnProperty":"int"}').member('toString')).toBeDefined();
});
