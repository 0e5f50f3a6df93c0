import { expect, it } from 'vitest';
import { formatLabels, parseLabels, parseSelector, SelectorSyntaxError } from './index.js';

it('does what the README says', () => {
  const selector = parseSelector('tier in (front, back), actor != CUST, !retired');

  expect(selector.matches({ actor: 'VM', tier: 'front' })).toBe(true);
  expect(selector.matches(parseLabels('actor=CUST,tier=front'))).toBe(false);
  expect(selector.toString()).toBe('actor!=CUST,!retired,tier in (back,front)');
  expect(selector.requirements.map(({ key }) => key)).toEqual(['actor', 'retired', 'tier']);
  expect(formatLabels({ tier: 'front', actor: 'VM' })).toBe('actor=VM,tier=front');

  let message = '';
  try {
    parseSelector('tier in (front back)');
  } catch (error) {
    if (error instanceof SelectorSyntaxError) message = error.message;
  }
  expect(message.split('\n')).toEqual([
    "selector: expected ',' or ')' in a list of values but found 'back' at position 15",
    '  tier in (front back)',
    '                 ^',
  ]);
});
