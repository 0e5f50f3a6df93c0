import { describe, expect, test } from 'vitest';
import { wantsColours } from './wants-colours.js';

describe('colours', () => {
  test.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '0' }, false],
    [true, { NO_COLOR: '' }, true],
    [false, { FORCE_COLOR: '1' }, true],
    [false, { FORCE_COLOR: 'true' }, true],
    [false, { FORCE_COLOR: '' }, false],
    [true, { FORCE_COLOR: '0' }, false],
    [true, { FORCE_COLOR: 'false' }, false],
    [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
    [true, { TERM: 'dumb' }, false],
    [false, { TERM: 'dumb', FORCE_COLOR: '1' }, true],
  ])('on a terminal: %j, with %j: %j', (isTerminal, env, expected) => {
    expect(wantsColours(isTerminal, env)).toBe(expected);
  });
});
