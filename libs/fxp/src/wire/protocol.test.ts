import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { claimKeyOf, claimsKeyOf, inflightKeyOf, keyOf, offerKeyOf, parseKey, type Role } from './protocol.js';

describe('keys', () => {
  test("are the original's, byte for byte", () => {
    const session = { service: 'state_space_model', id: 'rdm' };
    expect(keyOf(session, 'requestor')).toBe('rdm__state_space_model__req2pro');
    expect(keyOf(session, 'provider')).toBe('rdm__state_space_model__pro2req');
  });

  test('tell whose they are', () => {
    const name = fc.stringMatching(/^[a-z0-9-]+(_[a-z0-9-]+)*$/);
    fc.assert(
      fc.property(name, name, fc.constantFrom<Role>('requestor', 'provider'), (service, id, writer) => {
        expect(parseKey(keyOf({ service, id }, writer))).toEqual({ service, id, writer });
      }),
      propertyRuns(200),
    );
  });

  test.each(['', 'k', 'a__b', 'a__b__c', '__b__req2pro', 'a____req2pro', 'a__req2pro'])(
    'that are none are not taken for one: %j',
    (key) => {
      expect(parseKey(key)).toBeUndefined();
    },
  );
});

describe('the keys of an extended session', () => {
  const session = { service: 'X', id: 'ID' };

  test('stand beside its lists', () => {
    expect([offerKeyOf(session), claimKeyOf(session), claimsKeyOf(session)]).toEqual([
      'ID__X__offer',
      'ID__X__claim',
      'ID__X__claims',
    ]);
  });

  test.each([
    ['ID__X__req2pro', '{ID__X__req2pro}__inflight__c'],
    ['{ID}__X__req2pro', '{ID}__X__req2pro__inflight__c'],
    ['a{b__X__req2pro', '{a{b__X__req2pro}__inflight__c'],
  ])('that items are moved to are of the slot of the list: %s', (key, inflight) => {
    expect(inflightKeyOf(key, 'c')).toBe(inflight);
    expect(hashedPart(inflight)).toBe(hashedPart(key));
  });

  test.each(['a}b__X__req2pro', '{}a__X__req2pro', '}a{__X__req2pro'])('cannot be of the slot of %s', (key) => {
    expect(() => inflightKeyOf(key, 'c')).toThrow('must have no brace }');
  });
});

/** What a cluster finds a key's slot by: the text in its first pair of braces, if there is any. */
function hashedPart(key: string): string {
  return /^[^{]*\{([^}]+)\}/.exec(key)?.[1] ?? key;
}
