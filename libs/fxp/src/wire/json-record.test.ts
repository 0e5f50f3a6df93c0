import { describe, expect, test } from 'vitest';
import { encodeClaim, parseClaim } from '../claims/claim-record.js';
import { encodeOffer, parseOffer } from '../claims/offer-record.js';
import { encodeProvider, parseProvider } from '../presence/presence-record.js';

const offer = {
  fxp: 1,
  opening: '0123456789ab',
  requestor: 'fuse-1',
  acknowledge: true,
  claimed: false,
  leaseMs: 500,
  expiryMs: 9000,
};
const claim = {
  provider: 'p',
  instance: '9f3a01bc',
  claim: 'ba9876543210',
  opening: offer.opening,
  at: 1_700_000_000_000,
};
const provider = {
  provider: 'p',
  instance: '9f3a01bc',
  version: '1.2',
  sessions: 3,
  capacity: 10,
  draining: false,
  host: 'h',
  pid: 7,
  load: 0.3,
};

describe('a record', () => {
  test('is read as it was written', () => {
    expect(parseOffer(Buffer.from(encodeOffer(offer)))).toEqual(offer);
    expect(parseClaim(Buffer.from(encodeClaim(claim)))).toEqual(claim);
    expect(parseProvider(Buffer.from(encodeProvider(provider)))).toEqual(provider);
  });

  test('may have more in it than is known', () => {
    expect(parseClaim(Buffer.from(JSON.stringify({ ...claim, new: [1] })))).toMatchObject(claim);
  });

  test.each(['', '{', 'null', '[]', '7', '"text"', '{}', JSON.stringify({ ...claim, at: '7' }), ' '.repeat(20_000)])(
    'is not made of anything else: %j',
    (text) => {
      expect(parseClaim(Buffer.from(text))).toBeUndefined();
    },
  );

  test.each([{ fxp: 2 }, { opening: '' }, { leaseMs: 0 }, { leaseMs: 1e12 }, { expiryMs: -1 }])(
    'of an offer that cannot be kept is none: %j',
    (change) => {
      expect(parseOffer(Buffer.from(JSON.stringify({ ...offer, ...change })))).toBeUndefined();
    },
  );
});
