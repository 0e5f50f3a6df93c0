import { describe, expect, test } from 'vitest';
import { readStatement } from './statement.js';

describe('what is typed is', () => {
  test.each([
    ['  \n', { kind: 'none' }],
    [' {"COUNT":{}} \n', { kind: 'query', text: '{"COUNT":{}}' }],
    ['COUNT', { kind: 'query', text: '{"COUNT":{}}' }],
    ['count', { kind: 'query', text: '{"COUNT":{}}' }],
    ['FIND\n{"Person":{\n"name":"}"}}', { kind: 'query', text: '{"FIND":{"Person":{\n"name":"}"}}}' }],
    ['CREATE_CLASS{"A":{}}', { kind: 'query', text: '{"CREATE_CLASS":{"A":{}}}' }],
    ['{"FIND":', { kind: 'open' }],
    ['FIND {"Person":{"name":"\\"}}"', { kind: 'open' }],
    ['{"OIDS":{"_class":["}}"', { kind: 'open' }],
    ['{"COUNT":{}}}', { kind: 'query', text: '{"COUNT":{}}}' }],
    ['\\timing  on', { kind: 'command', name: 'timing', words: ['on'] }],
    ['help', { kind: 'command', name: 'help', words: [] }],
    [' exit ', { kind: 'command', name: 'quit', words: [] }],
    ['toString', { kind: 'wrong', problem: expect.stringContaining('\\help') as string }],
    ['FINDER {}', { kind: 'wrong', problem: expect.stringContaining('JSON') as string }],
    ['hello', { kind: 'wrong', problem: expect.stringContaining('\\help') as string }],
  ])('%j', (typed, statement) => {
    expect(readStatement(typed)).toEqual(statement);
  });
});
