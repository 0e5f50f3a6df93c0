import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TestEngine } from '../testing/test-engine.js';
import { errorCodes } from '../error-codes.js';
import { queryNames, type InterfaceName } from './query-names.js';

const interfaces = fc.constantFrom<InterfaceName>('rest', 'standard', 'bulk');

/** Values of every sort under keys of the language and hostile ones. */
const hostileValues = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(null, true, 0, -1, 1e308, '', 'A', '__proto__', '\u0000', 'IKnowWhatImDoing', 'none'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .array(
        fc.tuple(
          fc.constantFrom(
            ...queryNames,
            'A',
            'B',
            'a',
            '',
            '__proto__',
            'constructor',
            '_class',
            '_objects',
            '_oids',
            '_oid',
            '_where',
            '_deep',
            '_limit',
            '_sort',
            '_select',
            '_qid',
            '_rsp',
            '_metrics',
            '_type',
            '_index',
            '==',
            'in',
          ),
          tie('value'),
        ),
        { maxLength: 4 },
      )
      .map((entries) => Object.fromEntries(entries.map(([key, value]) => [key, value]))),
  ),
})).value;

const hostileQueries = fc
  .tuple(fc.constantFrom(...queryNames), hostileValues)
  .map(([name, content]) => JSON.stringify({ [name]: content }));

const hostileBytes = fc.oneof(
  hostileQueries.map((text) => Buffer.from(text)),
  fc.tuple(hostileQueries, fc.nat(300), fc.nat(255)).map(([text, at, byte]) => {
    const bytes = Buffer.from(text);
    bytes[at % bytes.length] = byte;
    return bytes;
  }),
  fc.tuple(hostileQueries, fc.nat(300)).map(([text, end]) => Buffer.from(text).subarray(0, end % text.length)),
  fc.uint8Array({ maxLength: 40 }),
);

test('whatever comes is answered with JSON, errors with a known code, and the engine goes on', () => {
  const engine = new TestEngine();
  engine.run({ CREATE_CLASSES: { A: { a: 'string' }, B: { a: 'A', b: 'int[]' } } });
  const answered = { ok: 0, failed: 0 };
  fc.assert(
    fc.property(hostileBytes, interfaces, (bytes, from) => {
      const { hasFailed, bytes: response } = engine.answer(bytes, from);
      answered[hasFailed ? 'failed' : 'ok']++;
      if (response === undefined) return;
      const entries = Object.entries(JSON.parse(Buffer.from(response).toString()) as Record<string, unknown>);
      const [key, contents] = entries.find(([name]) => name.includes('_RSP')) ?? ['_metrics', {}];
      expect(key.endsWith('_ERR')).toBe(hasFailed && key !== '_metrics');
      if (key.endsWith('_ERR')) expect(errorCodes).toContain((contents as { _err: { _c: number } })._err._c);
    }),
    propertyRuns(3000),
  );
  expect(answered.failed).toBeGreaterThan(100);
  expect(answered.ok).toBeGreaterThan(10);
  expect(engine.waits.openCount).toBe(0);
  expect(engine.run({ ERRORS: {} })).toHaveLength(errorCodes.length);
});
