import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { errorCodes } from '../error-codes.js';
import { querySequences } from '../testing/arbitrary-queries.js';
import { settleOids } from '../testing/arbitrary-values.js';
import { toJson } from '../testing/exact-json.js';
import type { JsonRecord } from '../testing/reference-values.js';
import { TestEngine } from '../testing/test-engine.js';
import { parseQuery } from './parse-query.js';
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
            '_if',
            '_inc',
            '_explain',
            '_ttl',
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

/** Texts of queries, most of which are right. */
const queryTexts = querySequences(fc.boolean()).map((steps) =>
  steps
    .filter((step): step is JsonRecord => !('$pauseMs' in step))
    .map((query) => toJson(settleOids(query, () => '6201f873-67c1-495b-a20a-23356b401635'))),
);

test('a query that is cut at any byte is refused as a text that names no query', () => {
  fc.assert(
    fc.property(queryTexts, (texts) => {
      for (const text of texts) {
        const bytes = Buffer.from(text);
        for (let end = 0; end < bytes.length; end++) {
          const parsed = parseQuery(bytes.subarray(0, end), 'standard');
          const { name, error } = parsed.ok ? { name: undefined, error: undefined } : parsed.rejected;
          if (name !== undefined || error?.errorCode !== (end === 0 ? 1301 : 1300))
            expect.fail(`${text.slice(0, end)} gave ${error?.message}`);
        }
      }
    }),
    propertyRuns(30),
  );
});

test('a query with any byte changed is a query or an error with a known code, the same each time', () => {
  fc.assert(
    fc.property(queryTexts, fc.nat(255), fc.nat(300), (texts, byte, offset) => {
      for (const text of texts) {
        const bytes = Buffer.from(text);
        for (let at = offset % 7; at < bytes.length; at += 7) {
          const before = bytes[at] as number;
          bytes[at] = byte;
          const parsed = parseQuery(bytes, 'standard');
          if (!parsed.ok) expect(errorCodes).toContain(parsed.rejected.error.errorCode);
          if (at % 49 === 0) expect(parseQuery(bytes, 'standard')).toEqual(parsed);
          bytes[at] = before;
        }
      }
    }),
    propertyRuns(60),
  );
});

test('white space and escapes make no difference to what a query means', () => {
  fc.assert(
    fc.property(queryTexts, fc.constantFrom(' ', '\n\t', '\r'), (texts, space) => {
      for (const text of texts) {
        const parts = text.match(/"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^"{}[\]:,]+/g) ?? [];
        const spaced = parts.map((part) => (part.startsWith('"') ? escapeAll(part) : part)).join(space);
        expect(parseQuery(Buffer.from(space + spaced + space), 'standard')).toEqual(
          parseQuery(Buffer.from(text), 'standard'),
        );
      }
    }),
    propertyRuns(100),
  );
});

function escapeAll(quoted: string): string {
  const units = (JSON.parse(quoted) as string).split('').map((unit) => unit.charCodeAt(0));
  return `"${units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')}"`;
}
