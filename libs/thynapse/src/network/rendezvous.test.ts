import { expect, test } from 'vitest';
import { thid } from '../testing/transmitter-driver.js';
import { rendezvous } from './rendezvous.js';

const members = ['a', 'b', 'c', 'd'].map(thid);
const keys = Array.from({ length: 4000 }, (_, i) => thid(`event ${i}`));
const chosen = (among: readonly string[]) => keys.map((key) => rendezvous(key, among, (id) => id));

test('keys are shared out evenly', () => {
  const counts = members.map((member) => chosen(members).filter((id) => id === member).length);
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

test('when one goes only its own keys move, and the order of the candidates does not matter', () => {
  const [gone, ...others] = members;
  const before = chosen(members);
  const after = chosen(others);
  for (const [i, id] of before.entries()) if (id !== gone) expect(after[i]).toBe(id);
  expect(chosen([...members].reverse())).toEqual(before);
});

test('there is none among none', () => {
  expect(rendezvous('key', [], String)).toBeUndefined();
});
