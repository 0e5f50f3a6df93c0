import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { decodeErrorCodes, encodeErrorCodes, frameErrorCodes, idErrorCodes } from './errors.js';

it('every error code stands on the page of the spec, and no other does', () => {
  const page = readFileSync(new URL('../../../docs/spec/codec.md', import.meta.url), 'utf8');
  const onPage = [...page.matchAll(/`((?:encode|decode|frame|bad)_[a-z0-9_]+)`/g)].map(([, code]) => code);
  const inCode = [...encodeErrorCodes, ...decodeErrorCodes, ...frameErrorCodes, ...idErrorCodes];
  expect(new Set(onPage)).toEqual(new Set(inCode));
});
