import { describe, expect, test } from 'vitest';
import { checkProviderName, parsePresenceChannel, presenceChannelOf } from './presence-channel.js';

const presence = { service: 'X', part: 'provider', provider: 'toksys-7', instance: '9f3a01bc' } as const;

describe('a presence channel', () => {
  test('names the service, the provider and its instance', () => {
    expect(presenceChannelOf(presence)).toBe('X__provider__toksys-7.9f3a01bc');
    expect(presenceChannelOf({ ...presence, part: 'draining' })).toBe('X__draining__toksys-7.9f3a01bc');
  });

  test.each([
    presence,
    { ...presence, part: 'draining' } as const,
    { ...presence, service: 'a__provider__b.9f3a01bc' },
    { ...presence, service: 'a__b', provider: 'host.example.org-4711' },
    { ...presence, service: 'two\nlines', provider: 'ü *' },
  ])('is read back: %j', (presence) => {
    expect(parsePresenceChannel(presenceChannelOf(presence))).toEqual(presence);
  });

  test.each([
    'X',
    'X__provider',
    'X__provider__p',
    'X__provider__p.123',
    '__provider__p.9f3a01bc',
    'X__other__p.9f3a01bc',
  ])('is no other channel: %j', (channel) => {
    expect(parsePresenceChannel(channel)).toBeUndefined();
  });

  test('takes no provider whose name could be mistaken', () => {
    expect(() => checkProviderName('a__b')).toThrow('name must not have __ in it');
    expect(() => checkProviderName('')).toThrow('name must not be empty');
    expect(() => checkProviderName('a_b')).not.toThrow();
  });
});
