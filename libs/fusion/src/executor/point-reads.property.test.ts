import { seededPrng } from '@syncytium/kit';
import { propertyRuns, SimulatedClock } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseQuery } from '../fql/parse-query.js';
import { Store } from '../store/store.js';
import { Executor } from './executor.js';
import { PointReads } from './point-reads.js';
import { composeResponse } from './respond.js';

/** A store, and the same queries answered by both ways. */
class TwoWays {
  readonly store = new Store({ prng: seededPrng(1) });
  readonly oids: readonly string[];
  #executor: Executor;
  readonly #points: PointReads;

  constructor(responseBytesMax?: number) {
    const clock = new SimulatedClock();
    this.#executor = new Executor({ store: this.store, clock });
    this.#points = new PointReads(this.store, responseBytesMax);
    this.run({ CREATE_CLASSES: classes });
    for (const [name, objects] of Object.entries(stored)) this.run({ STORE: { _class: name, _objects: objects } });
    this.oids = Object.keys(classes).flatMap((name) =>
      Array.from(this.run({ OIDS: { _class: name } }).matchAll(/[0-9a-f-]{36}/g), ([oid]) => oid),
    );
    this.#executor = new Executor({ store: this.store, clock, responseBytesMax });
  }

  /** The response of parser and executor. */
  run(query: object | Uint8Array): string {
    const parsed = parseQuery(query instanceof Uint8Array ? query : Buffer.from(JSON.stringify(query)), 'standard');
    const { name, head } = parsed.ok ? parsed.query : parsed.rejected;
    const outcome = parsed.ok
      ? this.#executor.execute(parsed.query)
      : { ok: false as const, error: parsed.rejected.error };
    return Buffer.from(composeResponse(name, head, outcome) ?? []).toString();
  }

  /** The response of the short way; `undefined` where it is not taken. Checked against that of the long way. */
  point(query: Uint8Array): string | undefined {
    const answer = this.#points.answer(query);
    if (!answer) return undefined;
    const text = Buffer.from(answer.bytes).toString();
    expect(text).toBe(this.run(query));
    expect(text).toContain(`"${answer.name}_RSP":`);
    return text;
  }
}

const indexed = (type: string): object => ({ _type: type, _index: true });

const classes = {
  Leaf: { text: indexed('string'), plain: 'string', whole: indexed('int'), natural: indexed('uint') },
  Branch: {
    leaf: 'Leaf',
    real: indexed('decimal'),
    yes: indexed('bool'),
    texts: indexed('string[]'),
    Branch: indexed('int'),
  },
  Tree: { branches: 'Branch[]', text: indexed('string') },
};

const texts = ['', 'a', 'abcd', 'a b', 'é', '"', '\\', '\u007f', '12'];

const stored: Readonly<Record<string, readonly object[]>> = {
  Leaf: [
    ...texts.map((text, i) => ({ text, plain: text, whole: i, natural: 10 ** i })),
    ...Array.from({ length: 16 }, () => ({ text: 'sixteen', whole: -1 })),
    ...Array.from({ length: 17 }, () => ({ text: 'seventeen', whole: 17 })),
    {},
  ],
  Branch: texts.map((text, i) => ({ leaf: { text }, real: i / 2, yes: i > 3, texts: [text, 'a', text], Branch: i })),
  Tree: [{ branches: [{ leaf: { text: 'a' } }], text: 'a' }],
};

/** Queries in the shortest form, or nearly so. */
function queries(oids: readonly string[]): fc.Arbitrary<string> {
  const qid = fc.option(fc.constantFrom('', '7', 'q'.repeat(32), 'q'.repeat(33), 'a b', 'é', '\\n', '{}'), {
    nil: undefined,
  });
  const className = fc.constantFrom(...Object.keys(classes), 'Nope', 'L'.repeat(65), '_qid', '');
  const known = fc.constantFrom(...oids, 'eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee');
  const oid = fc.oneof(
    { weight: 20, arbitrary: known },
    { weight: 1, arbitrary: known.map((text) => text.toUpperCase()) },
  );
  const get = fc.tuple(
    fc.constant('GET'),
    fc.array(oid, { maxLength: 18 }).map((list) => `"_oids":${JSON.stringify(list)}`),
  );
  const value = fc.constantFrom(
    '17',
    '-1',
    '0',
    '00',
    '1.5',
    '1e1',
    '1',
    '999999999999999',
    '9999999999999999',
    'true',
    'null',
  );
  const text = fc.constantFrom(...texts, 'sixteen', 'seventeen', 'nobody').map((plain) => JSON.stringify(plain));
  const members = Object.values(classes).flatMap((members) => Object.keys(members));
  const find = fc.tuple(
    fc.constant('FIND'),
    fc
      .tuple(fc.constantFrom(...members, 'nope', '_limit'), fc.oneof(value, text))
      .map(([key, json]) => `"${key}":${json}`),
  );
  return fc
    .tuple(fc.oneof(get, find), className, qid)
    .map(
      ([[name, inside], key, id]) => `{"${name}":{${id === undefined ? '' : `"_qid":"${id}",`}"${key}":{${inside}}}}`,
    );
}

test('a point read is answered as parser and executor answer it', () => {
  const ways = new TwoWays();
  const seen = { GET: 0, FIND: 0, none: 0 };
  fc.assert(
    fc.property(queries(ways.oids), (query) => {
      const answer = ways.point(Buffer.from(query));
      seen[answer === undefined ? 'none' : answer.includes('GET_RSP') ? 'GET' : 'FIND']++;
    }),
    propertyRuns(3000),
  );
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
});

test('what nearly is a point read is answered as parser and executor answer it, or left to them', () => {
  const ways = new TwoWays();
  fc.assert(
    fc.property(
      queries(ways.oids),
      fc.nat(),
      fc.integer({ min: -1, max: 255 }),
      fc.nat(2),
      (query, place, byte, grown) => {
        const bytes = Buffer.from(query);
        const at = place % bytes.length;
        const changed = [bytes.subarray(0, at), Buffer.from(byte < 0 ? [] : [byte]), bytes.subarray(at + grown)];
        ways.point(Buffer.concat(changed));
        ways.point(bytes.subarray(0, at));
      },
    ),
    propertyRuns(3000),
  );
});

test('point reads see indexes and classes come and go', () => {
  const ways = new TwoWays();
  const byPlain = Buffer.from('{"FIND":{"Leaf":{"plain":"abcd"}}}');
  expect(ways.point(byPlain)).toBeUndefined();
  ways.run({ CREATE_INDEX: { Leaf: ['plain'] } });
  expect(ways.point(byPlain)).toContain('"text":"abcd"');
  ways.run({ DELETE: { Leaf: { _where: { plain: 'abcd' } } } });
  expect(ways.point(byPlain)).toBe('{"FIND_RSP":[]}');
  ways.run({ DROP_INDEX: { Leaf: ['plain'] } });
  expect(ways.point(byPlain)).toBeUndefined();
  ways.run({ CLEAR: { _confirm: 'IKnowWhatImDoing' } });
  const byOid = Buffer.from(`{"GET":{"Leaf":{"_oids":["${ways.oids[0]}"]}}}`);
  expect(ways.point(byOid)).toBeUndefined();
  ways.run({ CREATE_CLASSES: { Leaf: { plain: indexed('string') } } });
  expect(ways.point(byOid)).toBe('{"GET_RSP":{"_class":"Leaf","_objects":[]}}');
  expect(ways.point(byPlain)).toBe('{"FIND_RSP":[]}');
});

test('a response that is too long, and objects with lists of others, are no point reads', () => {
  const ways = new TwoWays(100);
  expect(ways.point(Buffer.from('{"FIND":{"Leaf":{"text":"sixteen"}}}'))).toBeUndefined();
  expect(ways.point(Buffer.from('{"FIND":{"Leaf":{"text":"nobody"}}}'))).toBe('{"FIND_RSP":[]}');
  expect(ways.point(Buffer.from('{"FIND":{"Tree":{"text":"a"}}}'))).toBeUndefined();
});
