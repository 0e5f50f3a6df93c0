import { describe, expect, it } from 'vitest';
import { parseSelector } from './parse-selector.js';

const holds = (selector: string, labels: Record<string, string>): boolean => parseSelector(selector).matches(labels);

describe('a requirement', () => {
  it('of inequality holds where the label is absent', () => {
    expect(holds('x!=a', {})).toBe(true);
    expect(holds('x notin (a)', {})).toBe(true);
    expect(holds('x notin ()', { x: '' })).toBe(false);
  });

  it('of equality or order does not hold where the label is absent', () => {
    for (const selector of ['x=', 'x in ()', 'x>0', 'x<9', 'x']) expect(holds(selector, {})).toBe(false);
  });

  it('takes an empty value for a value', () => {
    for (const selector of ['x', 'x=', 'x in ()', 'x in (a,)']) expect(holds(selector, { x: '' })).toBe(true);
    expect(holds('!x', { x: '' })).toBe(false);
  });

  it('does not see what an object inherits', () => {
    for (const key of ['constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
      expect(holds(key, {})).toBe(false);
      expect(holds(`!${key}`, {})).toBe(true);
      expect(holds(key, { [key]: 'x' })).toBe(true);
    }
    expect(holds('x', Object.create({ x: 'inherited' }) as Record<string, string>)).toBe(false);
  });

  it('compares labels as 64-bit integers', () => {
    expect(holds('x>9223372036854775806', { x: '9223372036854775807' })).toBe(true);
    expect(holds('x>0', { x: '9223372036854775808' })).toBe(false);
    expect(holds('x<0', { x: '-9223372036854775808' })).toBe(true);
    expect(holds('x<0', { x: '-9223372036854775809' })).toBe(false);
    expect(holds('x>4', { x: '+007' })).toBe(true);
    for (const x of ['', '-', '+', ' 5', '5 ', '1e3', '0x10', '1_000', '5.0', '٦'])
      expect(holds('x>0', { x })).toBe(false);
  });

  it('finds a member among few values and among many', () => {
    const many = Array.from({ length: 50 }, (_, at) => `v${at}`).join(',');
    for (const list of ['v7,v8', many]) {
      expect(holds(`x in (${list})`, { x: 'v7' })).toBe(true);
      expect(holds(`x in (${list})`, { x: 'v99' })).toBe(false);
      expect(holds(`x in (${list})`, {})).toBe(false);
      expect(holds(`x notin (${list})`, { x: 'v7' })).toBe(false);
      expect(holds(`x notin (${list})`, { x: 'v99' })).toBe(true);
      expect(holds(`x notin (${list})`, {})).toBe(true);
    }
  });

  it('matches and prints by itself', () => {
    const [requirement] = parseSelector('x in (b,a)').requirements;
    expect(requirement!.matches({ x: 'a' })).toBe(true);
    expect(requirement!.toString()).toBe('x in (a,b)');
  });
});
