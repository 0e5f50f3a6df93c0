import { expect, it } from 'vitest';
import { encodingByCode, encodingByName, encodings } from './encodings.js';

it('every encoding is found by its code and by its name, and nothing else is', () => {
  expect(encodings.map(({ code, name }) => `${code} ${name}`)).toEqual(['J json', 'M msgpack', 'R raw']);
  for (const encoding of encodings) {
    expect(encodingByCode(encoding.code)).toBe(encoding);
    expect(encodingByName(encoding.name)).toBe(encoding);
  }
  for (const other of ['', 'j', 'JSON', 'constructor']) {
    expect(encodingByCode(other)).toBeUndefined();
    expect(encodingByName(other)).toBeUndefined();
  }
});
