import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Lease } from './lease.js';

test('a party never believes to hold its lease for longer than the broker does', () => {
  const leaseMs = 100;
  const delay = fc.integer({ min: 0, max: 80 });
  /** How long until the renewal is asked for, until the broker grants it, and until its answer comes. */
  const renewal = fc.record({ after: delay, there: delay, back: delay });
  fc.assert(
    fc.property(fc.array(renewal, { maxLength: 20 }), (renewals) => {
      const lease = new Lease(leaseMs, 0);
      /** The naive truth: when the broker's key expires. */
      let expiresAt = leaseMs;
      let now = 0;
      for (const { after, there, back } of renewals) {
        now += after;
        const askedAt = now;
        if (lease.stateAt(askedAt) !== 'valid') break;
        now += there;
        const isGranted = now < expiresAt;
        if (isGranted) expiresAt = now + leaseMs;
        now += back;
        if (isGranted) lease.renew(askedAt);
        else lease.lose();
        if (lease.stateAt(now) === 'valid') expect(now).toBeLessThan(expiresAt);
        expect(lease.validUntil <= expiresAt || lease.stateAt(now) === 'lost').toBe(true);
      }
    }),
    propertyRuns(500),
  );
});
