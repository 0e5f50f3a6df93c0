import { describe, expect, test } from 'vitest';
import { PeerLease } from './peer-lease.js';

describe("the other party's lease", () => {
  test('that is there tells when the party was last heard', () => {
    const peer = new PeerLease(100);
    expect([peer.verdict, peer.heardAt]).toEqual(['there', undefined]);
    peer.onSeen(70, 1000);
    expect([peer.verdict, peer.heardAt]).toEqual(['there', 970]);
    peer.onHeard(990);
    peer.onSeen(10, 1010);
    expect(peer.heardAt).toBe(990);
  });

  test('that is gone once is doubted, and twice is gone', () => {
    const peer = new PeerLease(100);
    peer.onMissing(0);
    expect(peer.verdict).toBe('doubted');
    peer.onMissing(0);
    expect(peer.verdict).toBe('gone');
  });

  test('that is gone means nothing while its items are to be read', () => {
    const peer = new PeerLease(100);
    peer.onMissing(0);
    peer.onMissing(1);
    expect(peer.verdict).toBe('there');
    peer.onMissing(0);
    expect(peer.verdict).toBe('doubted');
  });

  test('that comes back is there', () => {
    const peer = new PeerLease(100);
    peer.onMissing(0);
    peer.onMissing(0);
    peer.onSeen(100, 5000);
    expect([peer.verdict, peer.heardAt]).toEqual(['there', 5000]);
  });
});
