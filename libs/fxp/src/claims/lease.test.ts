import { describe, expect, test } from 'vitest';
import { Lease } from './lease.js';

describe('a lease', () => {
  test('is valid from when it was asked for until it lapses', () => {
    const lease = new Lease(100, 1000);
    expect([1000, 1099.9, 1100].map((now) => lease.stateAt(now))).toEqual(['valid', 'valid', 'lapsed']);
  });

  test('that is renewed is valid for as long again, from when the renewal was asked for', () => {
    const lease = new Lease(100, 0);
    lease.renew(60);
    expect([lease.validUntil, lease.stateAt(159), lease.stateAt(160)]).toEqual([160, 'valid', 'lapsed']);
  });

  test('is not shortened by the answer to an earlier renewal', () => {
    const lease = new Lease(100, 0);
    lease.renew(60);
    lease.renew(30);
    expect(lease.validUntil).toBe(160);
  });

  test('that has lapsed is not renewed', () => {
    const lease = new Lease(100, 0);
    lease.renew(100);
    expect(lease.stateAt(100)).toBe('lapsed');
  });

  test('that is lost stays lost', () => {
    const lease = new Lease(100, 0);
    lease.lose();
    lease.renew(50);
    expect(lease.stateAt(50)).toBe('lost');
  });
});
