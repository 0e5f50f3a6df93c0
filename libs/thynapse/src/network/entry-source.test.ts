import { expect, test } from 'vitest';
import { sourceOf } from './entry-source.js';
import type { Member } from './network-state.js';
import { newNetwork, newOrigin } from './new-network.js';

/** Neighbours, each with what it has of the origin `O` and with which entry it began. */
function network(neighbours: Readonly<Record<string, { have: number; base?: number }>>) {
  const state = newNetwork('own', 10, 10);
  for (const [id, { have, base }] of Object.entries(neighbours)) {
    state.neighbours.set(id, { id, heardMs: 0, brokenMs: undefined });
    const member: Member = {
      id,
      pub: '',
      command: '',
      version: 1,
      neighbours: new Set(),
      have: new Map([['O', have]]),
      said: {},
      bases: base === undefined ? {} : { O: base },
      isReachable: true,
      goneMs: 0,
    };
    state.members.set(id, member);
  }
  return state;
}

const origin = { ...newOrigin('O', 10), have: 5 };

test('nobody is asked where nobody has more', () => {
  expect(sourceOf(network({ a: { have: 5 }, O: { have: 5 } }), origin)).toBeUndefined();
});

test('the origin is asked where it is a neighbour, also if only another has shown that there is more', () => {
  expect(sourceOf(network({ a: { have: 9 }, O: { have: 5 } }), origin)).toBe('O');
  expect(sourceOf(network({ a: { have: 5 }, O: { have: 5 } }), origin, 'a')).toBe('O');
});

test('else who began before what is missing, and of these who has most', () => {
  const late = { have: 9, base: 7 };
  expect(sourceOf(network({ late, some: { have: 6, base: 5 }, most: { have: 8 } }), origin)).toBe('most');
  expect(sourceOf(network({ late }), origin)).toBe('late');
});

test('who has just shown that it has more is asked though nothing else is known of it', () => {
  expect(sourceOf(network({ a: { have: 5 } }), origin, 'a')).toBe('a');
  expect(sourceOf(network({}), origin, 'b')).toBe('b');
});
