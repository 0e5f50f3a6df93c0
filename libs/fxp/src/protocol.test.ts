import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyOf, parseKey, type Role } from './protocol.js';

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
