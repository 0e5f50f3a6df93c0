import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { TestEngine } from '../testing/test-engine.js';

/** 40 customers in 4 cities, each with 5 orders of 5 items: 1,000 items in all. */
let engine: TestEngine;

beforeAll(() => {
  engine = new TestEngine();
  engine.run({
    CREATE_CLASSES: {
      Customer: { name: { _type: 'string', _index: true }, city: 'string', age: 'int' },
      Order: { customer: 'Customer', year: { _type: 'int', _index: true } },
      Item: { order: 'Order', what: 'string', colour: { _type: 'string', _index: true }, price: 'decimal' },
    },
  });
  const cities = ['Bath', 'Cork', 'Lund', 'Rome'];
  const customers = range(40).map((i) => ({ name: `c${i}`, city: cities[i % 4], age: i }));
  const customerOids = oidsOf(engine.run({ STORE: { _class: 'Customer', _objects: customers } }));
  const orders = range(200).map((i) => ({ customer: { _oid: customerOids[i % 40] }, year: 2000 + (i % 10) }));
  const orderOids = oidsOf(engine.run({ STORE: { _class: 'Order', _objects: orders } }));
  const items = range(1000).map((i) => ({
    order: { _oid: orderOids[i % 200] },
    what: i % 2 === 0 ? 'book' : 'pen',
    colour: i % 500 === 0 ? 'gold' : 'grey',
    price: i,
  }));
  engine.run({ STORE: { _class: 'Item', _objects: items } });
});

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

function oidsOf(stored: Record<string, { _oid: string }>[]): string[] {
  return stored.map((entry) => Object.values(entry)[0]?._oid ?? '');
}

interface Step {
  readonly _step: string;
  readonly _member?: string;
  readonly _estimate: number;
  readonly _rows: number;
  readonly _linked?: Explanation;
}

interface Explanation {
  readonly _class: string;
  readonly _objects: number;
  readonly _steps: readonly Step[];
}

function explain(query: Record<string, unknown>, asked = engine): { explanation: Explanation; body: unknown } {
  const [[name, contents] = ['', {}]] = Object.entries(query);
  const response = asked.ask({ [name]: { _explain: true, ...(contents as object) } });
  if (!response || !('_explain' in response)) throw new Error(`no explanation in ${JSON.stringify(response)}`);
  return { explanation: response['_explain'] as Explanation, body: response[`${name}_RSP`] };
}

/** `index colour 2` for each step, those for linked objects in brackets. */
function stepsOf({ _steps }: Explanation): string[] {
  return _steps.map(({ _step, _member, _rows, _linked }) => {
    const within = _linked ? ` (${stepsOf(_linked).join(', ')})` : '';
    return [_step, ...(_member === undefined ? [] : [_member]), _rows].join(' ') + within;
  });
}

const count = (className: string, terms: object): string[] =>
  stepsOf(explain({ COUNT: { [className]: terms } }).explanation);

describe('a search', () => {
  test('begins with the smallest index and looks at what it gives', () => {
    expect(count('Item', { what: 'book', colour: 'gold' })).toEqual(['index colour 2', 'check what 2']);
    expect(count('Item', { colour: 'gold', price: { '<': 400 } })).toEqual(['index colour 2', 'check price 1']);
  });

  test('without an index looks at every object', () => {
    expect(count('Item', { what: 'book' })).toEqual(['scan 1000', 'check what 500']);
  });

  test('looks at every object where an index would give nearly all', () => {
    expect(count('Item', { colour: 'grey', price: 7 })).toEqual(['scan 1000', 'check price 1', 'check colour 1']);
  });

  test('walks links back from few objects', () => {
    expect(count('Item', { order: { customer: { name: 'c7' } } })).toEqual([
      'links order 25 (links customer 5 (index name 1))',
    ]);
  });

  test('looks through links from few objects', () => {
    expect(count('Item', { colour: 'gold', order: { customer: { city: 'Bath' } } })).toEqual([
      'index colour 2',
      'check order 2',
    ]);
  });

  test('searches the smaller classes first where nothing is indexed', () => {
    expect(count('Item', { order: { customer: { city: 'Lund', age: 2 } } })).toEqual([
      'links order 25 (links customer 5 (scan 40, check city 10, check age 1))',
    ]);
  });

  test('takes what several sources have in common', () => {
    const blog = new TestEngine();
    const named = (className: string): string[] =>
      oidsOf(blog.run({ STORE: { _class: className, _objects: range(10).map((i) => ({ name: `${i}` })) } }));
    const indexed = { name: { _type: 'string', _index: true } };
    blog.run({ CREATE_CLASSES: { Tag: indexed, Fan: indexed, Post: { tags: 'Tag[]', fans: 'Fan[]' } } });
    const [tags, fans] = [named('Tag'), named('Fan')];
    const posts = range(200).map((i) => ({
      tags: [{ _oid: tags[i % 10] }, { _oid: tags[(i + 1) % 10] }],
      fans: [{ _oid: fans[i % 7] }],
    }));
    blog.run({ STORE: { _class: 'Post', _objects: posts } });
    expect(
      stepsOf(explain({ COUNT: { Post: { fans: { name: '2' }, tags: { name: '3' } } } }, blog).explanation),
    ).toEqual(['links tags 40 (index name 1)', 'links fans 6 (index name 1)']);
  });

  test('stops when it has enough', () => {
    const { explanation, body } = explain({ FIND: { Item: { what: 'book' }, _limit: 3 } });
    expect(body).toHaveLength(3);
    expect(explanation._steps[0]?._rows).toBeLessThan(200);
    expect(stepsOf(explain({ FIND: { Item: {}, _limit: 3 } }).explanation)).toEqual(['scan 3']);
    // What is to be sorted has to be known in full.
    expect(stepsOf(explain({ FIND: { Item: {}, _limit: 3, _sort: 'price' } }).explanation)).toEqual(['scan 1000']);
  });

  test('finds the same, in the same order, whatever the order of the terms', () => {
    const terms = {
      what: 'book',
      colour: 'grey',
      price: { '<': 700 },
      order: { year: 2004, customer: { city: 'Bath' } },
    };
    const options = { _limit: 7, _offset: 2 };
    const expected = engine.run({ FIND: { Item: { ...terms, ...options } } });
    expect(expected).toHaveLength(7);
    fc.assert(
      fc.property(fc.shuffledSubarray(Object.entries(terms), { minLength: 4 }), (entries) => {
        expect(engine.run({ FIND: { Item: { ...Object.fromEntries(entries), ...options } } })).toEqual(expected);
      }),
      { numRuns: 24, seed: 1 },
    );
  });
});

describe('_explain', () => {
  test('tells estimates and what each step left, beside the response', () => {
    expect(engine.ask({ COUNT: { Item: { colour: 'gold', what: 'book' }, _explain: true, _qid: 'x' } })).toEqual({
      _qid: 'x',
      COUNT_RSP: { Item: { _cnt: 2 } },
      _explain: {
        _class: 'Item',
        _objects: 1000,
        _steps: [
          { _step: 'index', _member: 'colour', _estimate: 2, _rows: 2 },
          { _step: 'check', _member: 'what', _estimate: 1, _rows: 2 },
        ],
      },
    });
  });

  test('tells it of writes, as things were before', () => {
    const { _oid } = (engine.run({ FIND: { Item: { price: 500 } } }) as { Item: { _oid: string } }[])[0]?.Item ?? {};
    const update = { _oids: [_oid], _where: { what: 'book' }, _if: { price: 3 }, price: 4 };
    expect(stepsOf(explain({ UPDATE: { Item: update } }).explanation)).toEqual([
      'oids 1',
      'check what 1',
      'if price 0',
    ]);
    const { explanation } = explain({ DELETE: { _where: { colour: 'gold' }, Item: {} } });
    expect(explanation).toMatchObject({ _objects: 1000, _steps: [{ _step: 'index', _rows: 2 }] });
  });

  test('has no steps where nothing is searched for', () => {
    expect(explain({ COUNT: { Order: {} } }).explanation).toEqual({ _class: 'Order', _objects: 200, _steps: [] });
  });

  test('comes without the response where none is wanted, and not with an error', () => {
    const silent = engine.ask({ UPDATE: { _rsp: 'none', Order: { _explain: true, _where: { year: 1 }, year: 2 } } });
    expect(Object.keys(silent ?? {})).toEqual(['_explain']);
    expect(Object.keys(engine.ask({ COUNT: { _explain: true, Nope: {} } }) ?? {})).toEqual(['COUNT_RSP_ERR']);
  });

  test.each<[object, number]>([
    [{ COUNT: { _explain: true } }, 1200],
    [{ COUNT: { _explain: 1, Item: {} } }, 1101],
    [{ FIND: { _explain: true, Item: { _explain: true } } }, 1200],
    [{ GET: { Item: { _explain: true } } }, 1200],
    [{ CLASSES: { _explain: true } }, 1200],
  ])('%j is refused with %i', (query, code) => {
    expect(engine.codeOf(query)).toBe(code);
  });
});
