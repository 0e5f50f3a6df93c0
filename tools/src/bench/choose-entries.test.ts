import { expect, test } from 'vitest';
import { chooseEntries } from './choose-entries.js';

const entries = ['codec/frames', 'fxp/peers', 'fxp/peers-load', 'fxp/window'].map((name) => ({ name }));
const chosen = (wanted?: string): string[] => chooseEntries(entries, wanted).map(({ name }) => name);

test('entries are chosen by how their names begin, all when nothing is said', () => {
  expect(chosen()).toHaveLength(4);
  expect(chosen('fxp/peers')).toEqual(['fxp/peers', 'fxp/peers-load']);
  expect(chosen('fxp/window,codec')).toEqual(['codec/frames', 'fxp/window']);
});

test.each(['nothing', 'codec,nothing', 'codec,', ''])(
  '%s is refused, since a name that is in no entry is a slip',
  (wanted) => {
    expect(() => chosen(wanted)).toThrow(/no entry's name begins with '(nothing)?'/);
  },
);
