import { seededPrng } from '@syncytium/kit';
import { propertyRuns, scaledTimeoutMs, SimulatedClock } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Executor } from '../executor/executor.js';
import { composeResponse } from '../executor/respond.js';
import { parseQuery } from '../fql/parse-query.js';
import { Store } from '../store/store.js';
import { BulkQuery, type BulkOutcome } from './bulk-query.js';
import type { BulkSteps } from './stored-response.js';

/**
 * Law: a STORE that is read in pieces, wherever it is cut, gets the same response and leaves the same objects as one that
 * is read whole, whether it is right or wrong, in its JSON or in its objects.
 */

const classes = {
  Part: { name: { _type: 'string', _index: true }, weight: 'decimal' },
  Box: {
    label: { _type: 'string', _index: true },
    count: { _type: 'int', _index: true },
    size: 'uint',
    price: 'decimal',
    isOpen: 'bool',
    tags: { _type: 'string[]', _index: true },
    numbers: 'int[]',
    main: 'Part',
    parts: 'Part[]',
    Box: 'string',
  },
};

/** A store with classes and a few objects, one of them gone, so that there is a free row. */
class Side {
  readonly store = new Store({ prng: seededPrng(1) });
  readonly executor = new Executor({ store: this.store, clock: new SimulatedClock() });

  constructor() {
    this.ask({ CREATE_CLASSES: classes });
    this.ask({ STORE: { _class: 'Part', _objects: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] } });
    const { _oids: oids } = (this.ask({ OIDS: { _class: 'Part' } }) as { OIDS_RSP: { _oids: string[] } }).OIDS_RSP;
    this.ask({ DELETE: { Part: { _oids: [oids[1]] } } });
  }

  ask(query: object): unknown {
    return JSON.parse(this.whole(Buffer.from(JSON.stringify(query))) ?? 'null');
  }

  /** The response to a query that is read whole. */
  whole(bytes: Uint8Array): string | undefined {
    const parsed = parseQuery(bytes, 'standard');
    const { name, head } = parsed.ok ? parsed.query : parsed.rejected;
    const outcome = parsed.ok
      ? this.executor.execute(parsed.query)
      : { ok: false as const, error: parsed.rejected.error };
    return toText(composeResponse(name, head, outcome));
  }

  /** The response to a query that is read in pieces. */
  inPieces(pieces: Iterable<Uint8Array>): string | undefined {
    const query = new BulkQuery({ store: this.store, executor: this.executor, from: 'standard' });
    for (const piece of pieces) query.push(piece);
    const parsed = query.end();
    if (parsed.ok) return finishResponse(query.carryOut());
    finish(query.discard());
    const { name, head, error } = parsed.rejected;
    return toText(composeResponse(name, head, { ok: false, error }));
  }

  /** All there is, but for OIDs and the order of objects. */
  contents(): unknown {
    const found = ['Part', 'Box'].map((name) => {
      const { FIND_RSP: objects } = this.ask({ FIND: { [name]: {} } }) as { FIND_RSP: unknown[] };
      return objects.map((object) => withoutOids(JSON.stringify(object))).sort();
    });
    const byIndex = this.ask({ FIND: { Box: { label: 'x', main: { name: 'y' } } } });
    return [found, this.ask({ COUNT: {} }), this.ask({ INDEXES: {} }), withoutOids(JSON.stringify(byIndex))];
  }
}

function finish<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** The whole response. */
function finishResponse(steps: BulkSteps<BulkOutcome>): string | undefined {
  const pieces: Uint8Array[] = [];
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value.bytes && toText(Buffer.concat([...pieces, value.bytes]));
    if (value) pieces.push(value.bytes);
  }
}

function toText(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString();
}

function withoutOids(text: string): string {
  return text.replaceAll(/"_oid":"[-0-9a-f]{36}"/g, '"_oid":""');
}

/** What `JSON.parse` makes of bytes; `undefined` where they are no UTF-8 or no JSON. */
function parseUtf8(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** An object without its OID as a text that does not depend on the order of its members. */
function sorted(object: object): string {
  const members = Object.entries(object).filter(([name]) => name !== '_oid');
  return JSON.stringify(members.sort(([one], [other]) => (one < other ? -1 : 1)));
}

function* cut(bytes: Uint8Array, sizes: readonly number[]): Iterable<Uint8Array> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] as number;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

function expectAlike(text: Uint8Array | string, sizes: readonly number[]): string {
  const bytes = Buffer.from(text);
  const [whole, pieces] = [new Side(), new Side()];
  const response = whole.whole(bytes);
  expect(withoutOids(pieces.inPieces(cut(bytes, sizes)) ?? '')).toBe(withoutOids(response ?? ''));
  expect(pieces.contents()).toEqual(whole.contents());
  return response ?? '';
}

const rare = <T>(usual: fc.Arbitrary<T>, other: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 40, arbitrary: usual }, { weight: 1, arbitrary: other });
const raw = (...texts: string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);

const anyValue = raw('null', 'true', '1', '"x"', '{}', '[]', '1.0', '-1', '1e400', '[1,"x"]', '{"name":"y"}');
const characters = ['x', 'y', 'z', ' ', 'é', '\u{1f600}', '"', '\\', '/', '\n', '\u2028', '\u007f', '\u0001'];
const plainTexts = fc.string({ unit: fc.constantFrom(...characters), maxLength: 9 });
const texts = fc
  .tuple(plainTexts, fc.boolean())
  .map(([text, isEscaped]) =>
    isEscaped
      ? `"${Array.from({ length: text.length }, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`
      : JSON.stringify(text).replaceAll('/', '\\/'),
  );
const integers = fc.oneof(
  fc.integer().map(String),
  raw('0', '-0', '7', '9007199254740993', '-9223372036854775808', '999999999999999', '1000000000000000'),
);
const naturals = fc.oneof(fc.nat().map(String), raw('-0', '18446744073709551615', '9007199254740992'));
const decimals = fc.oneof(
  integers,
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.tuple(fc.nat(999), fc.stringMatching(/^[0-9]{1,18}$/)).map(([whole, part]) => `${whole}.${part}`),
  raw('1.0', '5e3', '1E+2', '-0.0', '0.1e-2', '123456789012345678901234567890'),
);
const oidText = raw('"6201f873-67c1-495b-a20a-23356b401635"', '"nothing"', '5');

/** Members as texts; `undefined` leaves one out. */
function objectOf(members: Readonly<Record<string, fc.Arbitrary<string>>>, className: string): fc.Arbitrary<string> {
  const entries = Object.entries(members).map(([name, value]) =>
    fc.option(
      rare(value, anyValue).map((text) => `"${name}":${text}`),
      { nil: undefined, freq: 2 },
    ),
  );
  const odd = rare(raw(''), raw('"_oid":"x"', '"":1', '"label":"again"', '"nobody":1', '"na\\u006de":"q"', '"_x":1'));
  return fc
    .tuple(fc.tuple(...entries), odd, fc.boolean(), fc.boolean(), raw('', ' ', '\n\t '))
    .map(([present, extra, isTurned, isWrapped, space]) => {
      const parts = [...present.filter((part) => part !== undefined), ...(extra === '' ? [] : [extra])];
      if (isTurned) parts.reverse();
      const object = `{${space}${parts.join(`${space},${space}`)}${space}}`;
      return isWrapped ? `{${space}"${className}"${space}:${space}${object}${space}}` : object;
    });
}

const list = (items: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(items, { maxLength: 3 }).map((all) => `[${all.join(', ')}]`);
const part = objectOf({ name: texts, weight: decimals }, 'Part');
const link = rare(
  part,
  oidText.map((oid) => `{"_oid":${oid}}`),
);
const flatMembers = {
  label: texts,
  count: integers,
  size: naturals,
  price: decimals,
  isOpen: raw('true', 'false'),
  tags: list(texts),
  numbers: list(integers),
};
const box = objectOf({ ...flatMembers, main: link, parts: list(link), Box: texts }, 'Box').filter(
  (text) => !text.startsWith('{"Box"'),
);
const flatBox = objectOf(flatMembers, 'Box').filter((text) => !/^\{\s*"Box"/.test(text));

const attributes = fc.subarray([
  '"_qid":"q1"',
  '"_metrics":false',
  '"_rsp":"error"',
  '"_rsp":"none"',
  '"_x":1',
  '"_qid":5',
]);
const objectsOf = (object: fc.Arbitrary<string>): fc.Arbitrary<readonly string[]> =>
  fc.array(rare(object, fc.oneof(box, part, anyValue)), { maxLength: 6 });
const stores = fc
  .tuple(
    fc.oneof(
      fc.tuple(objectsOf(box), rare(raw('"_class":"Box"'), raw('"_class":"Nobody"', '"_class":5', '"_x":1'))),
      fc.tuple(objectsOf(part), rare(raw('"_class":"Part"'), raw('"_class":{"New":{"name":"string"}}', '"_qid":""'))),
    ),
    rare(fc.constant<string[]>([]), attributes),
    rare(fc.constant<string[]>([]), attributes),
    rare(raw(''), raw('"_class":"Box"', '"_objects":[]', '"":1')),
  )
  .map(([[objects, className], before, after, odd]) => {
    const entries = [className, ...before, `"_objects":[${objects.join(',')}]`, ...after, ...(odd === '' ? [] : [odd])];
    return `{"STORE":{${entries.join(',')}}}`;
  });
const cuts = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 });

test('a STORE is answered and carried out alike, read whole or in pieces', () => {
  let stored = 0;
  const codes = new Set<string>();
  fc.assert(
    fc.property(stores, cuts, (text, sizes) => {
      const response = expectAlike(text, sizes);
      if (response.includes('"STORE_RSP":')) stored++;
      codes.add(/"_c":(\d+)/.exec(response)?.[1] ?? '');
    }),
    propertyRuns(500),
  );
  expect(stored).toBeGreaterThan(50);
  for (const code of ['1000', '1101', '1102', '1200', '1201', '1300', '1501', '1701', '1801'])
    expect(codes).toContain(code);
});

const hostile = [...Buffer.from('"\\{}[],:0-.e \n\u0000u'), 0x80, 0xc3, 0xf0, 0xff];
const changes = fc.array(fc.tuple(fc.nat(), fc.nat(2), fc.subarray(hostile, { maxLength: 2 })), { maxLength: 2 });
/** The bytes of a text, some of them changed, lost or added. */
const changed = (from: fc.Arbitrary<string>): fc.Arbitrary<Buffer> =>
  fc.tuple(from, changes).map(([text, places]) => {
    let bytes = Buffer.from(text);
    for (const [place, lost, added] of places) {
      const at = place % bytes.length;
      bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(added), bytes.subarray(at + lost)]);
    }
    return bytes;
  });

test('a text with bytes changed, lost or added is answered alike, read whole or in pieces', () => {
  let refused = 0;
  fc.assert(
    fc.property(changed(stores), cuts, (bytes, sizes) => {
      if (expectAlike(bytes, sizes).includes('"_c":1300')) refused++;
    }),
    propertyRuns(500),
  );
  expect(refused).toBeGreaterThan(50);
});

test('nothing is stored but what JSON.parse reads, and what it cannot read is refused as no JSON', () => {
  const objects = fc.array(flatBox, { minLength: 1, maxLength: 6 });
  const flatStores = objects.map((all) => `{"STORE":{"_class":"Box","_objects":[${all.join(',')}]}}`);
  const counts = { stored: 0, refused: 0 };
  fc.assert(
    fc.property(changed(flatStores), cuts, (bytes, sizes) => {
      const side = new Side();
      const response = side.inPieces(cut(bytes, sizes)) ?? '';
      const parsed = parseUtf8(bytes) as { STORE: { _objects: object[] } } | undefined;
      if (!parsed) {
        expect(response).toContain('"_c":1300');
        counts.refused++;
      } else if (response.includes('"STORE_RSP":')) {
        const { FIND_RSP: found } = side.ask({ FIND: { Box: {} } }) as { FIND_RSP: { Box: object }[] };
        const members = found.map(({ Box }) => sorted(Box));
        expect(members.sort()).toEqual(parsed.STORE._objects.map(sorted).sort());
        counts.stored++;
      }
    }),
    propertyRuns(1000),
  );
  expect(counts.stored).toBeGreaterThan(100);
  expect(counts.refused).toBeGreaterThan(100);
});

test(
  'a text that ends anywhere is answered alike, read whole or in pieces',
  { timeout: scaledTimeoutMs(120_000) },
  () => {
    fc.assert(
      fc.property(stores, (text) => {
        const bytes = Buffer.from(text).subarray(0, 400);
        for (let end = 1; end < bytes.length; end++) expectAlike(bytes.subarray(0, end), [64]);
      }),
      propertyRuns(4),
    );
  },
);

test('what was read for nothing is given back', () => {
  const side = new Side();
  const object = '{"label":"some text that is long enough","tags":["a","b"],"parts":[{"name":"x"}]}';
  const failing = Buffer.from(`{"STORE":{"_class":"Box","_objects":[${`${object},`.repeat(3000)}{"label":5}]}}`);
  expect(side.inPieces(cut(failing, [10_000]))).toContain('"_c":1102');
  const { memoryBytes } = side.store;
  for (let i = 0; i < 20; i++) side.inPieces(cut(failing, [10_000]));
  expect(side.store.memoryBytes).toBe(memoryBytes);
});
