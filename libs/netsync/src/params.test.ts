import { describe, expect, it } from 'vitest';
import { netsyncLimits } from './limits.js';
import { ParamsReader, type SyncParams } from './params.js';

const read = (params: Partial<Record<keyof SyncParams, unknown>>) =>
  new ParamsReader(netsyncLimits()).read(params as unknown as SyncParams);

function refusalOf(params: Parameters<typeof read>[0]): unknown {
  try {
    return read(params);
  } catch (error) {
    return error;
  }
}

describe('parameters', () => {
  it('default as the protocol says', () => {
    const { profile, ...rest } = read({ event: 'e', actor: 'CUST' });
    expect(rest).toEqual({ event: 'e', actor: 'CUST', payload: '', mates: 1, timeoutMs: undefined });
    expect({ ...profile.labels }).toEqual({ actor: 'CUST' });
    expect(profile.selectorText).toBe('actor!=CUST');
  });

  it('that are empty texts count as not given', () => {
    const { profile, timeoutMs } = read({ event: 'e', actor: 'CUST', labels: '', selector: '', timeout: '' });
    expect({ ...profile.labels }).toEqual({ actor: 'CUST' });
    expect(profile.selectorText).toBe('actor!=CUST');
    expect(timeoutMs).toBeUndefined();
  });

  it('given replace the defaults', () => {
    const given = { event: 'e', actor: 'A b', payload: 'p', mates: 3, labels: 'x=1', selector: 'y = 2', timeout: '2s' };
    const { profile, ...rest } = read(given);
    expect(rest).toEqual({ event: 'e', actor: 'A b', payload: 'p', mates: 3, timeoutMs: 2000 });
    expect({ ...profile.labels }).toEqual({ x: '1' });
    expect(profile.selectorText).toBe('y=2');
  });

  it('of one kind share one profile, labels as an object included', () => {
    const reader = new ParamsReader(netsyncLimits());
    const one = reader.read({ event: 'e', actor: 'a', labels: 'x=1,y=2' });
    const other = reader.read({ event: 'f', actor: 'a', labels: { y: '2', x: '1' } });
    expect(other.profile).toBe(one.profile);
  });

  it('do not mix up labels and selector of one length', () => {
    const reader = new ParamsReader(netsyncLimits());
    reader.read({ event: 'e', actor: 'a', labels: 'x=1', selector: 'x=1\0' });
    expect(() => reader.read({ event: 'e', actor: 'a', labels: 'x=1x', selector: '=1' })).toThrow(
      /selector is malformed/,
    );
  });

  it.each<[Partial<Record<keyof SyncParams, unknown>>, object]>([
    [{ actor: 'a' }, { code: 'missing_param', details: { param: 'event' } }],
    [{ event: 'e' }, { code: 'missing_param', details: { param: 'actor' } }],
    [
      { event: '', actor: 'a' },
      { code: 'missing_param', details: { param: 'event' } },
    ],
    [
      { event: 5, actor: 'a' },
      { code: 'bad_param', details: { param: 'event' } },
    ],
    [
      { event: 'e'.repeat(257), actor: 'a' },
      { code: 'too_large', details: { param: 'event', max: 256 } },
    ],
    [
      { event: 'e', actor: 'not a label' },
      { code: 'bad_param', details: { param: 'actor' } },
    ],
    [
      { event: 'e', actor: 'a', mates: -1 },
      { code: 'bad_param', details: { param: 'mates' } },
    ],
    [
      { event: 'e', actor: 'a', mates: 1.5 },
      { code: 'bad_param', details: { param: 'mates' } },
    ],
    [
      { event: 'e', actor: 'a', mates: NaN },
      { code: 'bad_param', details: { param: 'mates' } },
    ],
    [
      { event: 'e', actor: 'a', mates: 10_001 },
      { code: 'bad_param', details: { param: 'mates', max: 10_000 } },
    ],
    [
      { event: 'e', actor: 'a', mates: '2' },
      { code: 'bad_param', details: { param: 'mates' } },
    ],
    [
      { event: 'e', actor: 'a', payload: {} },
      { code: 'bad_param', details: { param: 'payload' } },
    ],
    [
      { event: 'e', actor: 'a', payload: 'ü'.repeat(33_000) },
      { code: 'too_large', details: { param: 'payload' } },
    ],
    [
      { event: 'e', actor: 'a', timeout: 'soon' },
      { code: 'bad_param', details: { param: 'timeout' } },
    ],
    [
      { event: 'e', actor: 'a', labels: 'x' },
      { code: 'bad_labels', details: { param: 'labels', position: 1 } },
    ],
    [
      { event: 'e', actor: 'a', labels: { x: 1 } },
      { code: 'bad_labels', details: { param: 'labels' } },
    ],
    [
      { event: 'e', actor: 'a', labels: { 'x y': '1' } },
      { code: 'bad_labels', details: { param: 'labels' } },
    ],
    [
      { event: 'e', actor: 'a', labels: ['x=1'] },
      { code: 'bad_param', details: { param: 'labels' } },
    ],
    [
      { event: 'e', actor: 'a', selector: 'x in (' },
      { code: 'bad_selector', details: { param: 'selector', position: 6 } },
    ],
    [
      { event: 'e', actor: 'a', selector: 7 },
      { code: 'bad_param', details: { param: 'selector' } },
    ],
    [
      { event: 'e', actor: 'a', selector: 'a,'.repeat(3000) },
      { code: 'bad_selector', details: { position: 4096 } },
    ],
  ])('%# are refused', (params, error) => {
    expect(refusalOf(params)).toMatchObject(error);
  });
});
