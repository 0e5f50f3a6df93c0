import { describe, expect, test } from 'vitest';
import type { Response } from '../../testing/test-engine.js';
import { died, start } from '../../testing/threaded-engine.js';
import type { EngineOptions } from '../engine-options.js';

const create = { CREATE_CLASSES: { A: { n: 'int', s: 'string' } } };
const store = (n: number, s = 'x'): object => ({ STORE: { _class: 'A', _objects: [{ n, s }] } });
const count = (qid: string): object => ({ COUNT: { _qid: qid } });
const oneObject = { COUNT_RSP: { A: { _cnt: 1 } } };

test('queries and responses of any length pass between threads', async () => {
  const { ask } = start(2);
  await ask(create);
  for (const length of [1, 1000, 16_000, 16_384, 17_000, 1_000_000]) {
    const s = 'ü'.repeat(length);
    await ask(store(length, s));
    expect(await ask({ FIND: { A: { n: length } } })).toMatchObject({ FIND_RSP: [{ A: { n: length, s } }] });
  }
});

test('what many clients ask at once is answered, by every thread as the last write left it', async () => {
  const { ask } = start(3);
  await ask(create);
  for (let round = 1; round <= 20; round++) {
    const class_ = `B${round}`;
    void ask(store(round));
    void ask({ CREATE_CLASSES: { [class_]: { a: 'int' } } });
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask({ COUNT: {} })));
    for (const answer of answers)
      expect(answer).toMatchObject({ COUNT_RSP: { A: { _cnt: round }, [class_]: { _cnt: 0 } } });
  }
});

test('a read is answered while another thread is busy with a long one', async () => {
  const { ask } = start(2);
  await ask(create);
  await ask(store(1));
  const answered: unknown[] = [];
  const note = (answer: Response | undefined): unknown => answered.push(answer?.['_qid']);
  const hanging = ask({ FIND: { _qid: 'hang', A: {} } }).then(note);
  for (let i = 0; i < 200; i++) await ask({ CLASSES: { _qid: 'short' } }).then(note);
  await ask(count('go')).then(note);
  await hanging;
  expect(answered).toEqual([
    ...Array.from({ length: 200 }, () => 'short'),
    expect.stringMatching('go|hang'),
    expect.any(String),
  ]);
});

test('point reads are answered as the last write left it, though every thread is busy', async () => {
  const { ask } = start(1);
  await ask(create);
  await ask({ CREATE_CLASSES: { List: { as: 'A[]' } } });
  const { STORE_RSP } = (await ask({ STORE: { _class: 'List', _objects: [{ as: [{ n: 1 }] }] } })) as {
    STORE_RSP: [{ List: { _oid: string; as: [{ A: { _oid: string } }] } }];
  };
  const { _oid, as } = STORE_RSP[0].List;
  const inner = as[0].A._oid;
  for (let n = 2; n < 20; n++) {
    await ask({ UPDATE: { A: { _oids: [inner], n, s: 's'.repeat(1000 * n) } } });
    expect(await ask({ GET: { A: { _oids: [inner] } } })).toMatchObject({ GET_RSP: { _objects: [{ n }] } });
    expect(await ask({ GET: { List: { _oids: [_oid] } } })).toMatchObject({
      GET_RSP: { _objects: [{ as: [{ A: { n } }] }] },
    });
  }
  void ask({ FIND: { _qid: 'hang', A: {} } });
  expect(await ask({ GET: { A: { _oids: [inner] } } })).toMatchObject({ GET_RSP: { _objects: [{ n: 19 }] } });
});

describe('a search of a large class', () => {
  const objects = Array.from({ length: 50 }, (_, n) => ({ n, s: `${n % 3}` }));
  const large = async (count: number, engineOptions: Partial<EngineOptions> = {}) => {
    const started = start(count, { splitRowsMin: 50 }, engineOptions);
    await started.ask(create);
    void started.ask({ STORE: { _class: 'A', _objects: objects, _rsp: 'none' } });
    return started;
  };
  const odd = { A: { s: '1' } };

  test('is split over all threads that are idle, and gives the same in the same order', async () => {
    const { ask } = await large(3);
    const counted = await ask({ COUNT: { _qid: '_cnt":7}}}', _metrics: true, ...odd } });
    expect(counted).toMatchObject({ _qid: '_cnt":7}}}', COUNT_RSP: { A: { _cnt: 17 } }, _metrics: { _threads: 3 } });
    const found = await ask({ FIND: { _qid: '"FIND_RSP":[', _metrics: true, ...odd } });
    const numbers = (found?.['FIND_RSP'] as { A: { n: number } }[]).map(({ A }) => A.n);
    expect(numbers).toEqual(Array.from({ length: 17 }, (_, i) => 3 * i + 1));
    expect(found).toMatchObject({ _qid: '"FIND_RSP":[', _metrics: { _threads: 3 } });
    for (const n of [0, 49, 50])
      expect(await ask({ FIND: { A: { n } } })).toMatchObject({ FIND_RSP: n < 50 ? [{ A: { n } }] : [] });
  });

  test.each([
    ['by an index', { COUNT: { _metrics: true, A: { n: 7 } } }],
    ['without terms', { COUNT: { _metrics: true, A: {} } }],
    ['in an order', { FIND: { _metrics: true, _sort: 'n', ...odd } }],
    ['of a page', { FIND: { _metrics: true, _limit: 3, ...odd } }],
    ['that tells how it is done', { COUNT: { _metrics: true, _explain: true, ...odd } }],
  ])('is not split %s', async (_, query) => {
    const { ask } = await large(2);
    await ask({ CREATE_INDEX: { A: ['n'] } });
    expect(await ask(query)).toMatchObject({ _metrics: { _threads: 1 } });
  });

  test('is carried out by one thread when its parts are too long together', async () => {
    const { ask } = await large(2, { responseBytesMax: 1000 });
    expect(await ask({ FIND: odd })).toMatchObject({ FIND_RSP_ERR: { _err: { _c: 1503 } } });
    expect(await ask({ FIND: { A: { n: { '<': 3 } } } })).toMatchObject({ FIND_RSP: [{}, {}, {}] });
  });

  test('finds what has come since its threads looked last, where columns have become longer', async () => {
    const { ask } = await large(2);
    const batch = Array.from({ length: 20_000 }, (_, n) => ({ n, s: n === 19_999 ? 'last' : 'other' }));
    for (let i = 1; i <= 3; i++) {
      await ask({ STORE: { _class: 'A', _objects: batch, _rsp: 'none', _metrics: true } });
      const counted = await ask({ COUNT: { _metrics: true, A: { s: 'last' } } });
      expect(counted).toMatchObject({ COUNT_RSP: { A: { _cnt: i } }, _metrics: { _threads: 2 } });
    }
    const found = (await ask({ FIND: { A: { s: 'last' } } }))?.['FIND_RSP'] as { A: { _oid: string } }[];
    await ask({ DELETE: { A: { _oids: found.map(({ A }) => A._oid) } } });
    await ask(store(7, 'last'));
    expect(await ask({ FIND: { A: { s: 'last' } } })).toMatchObject({ FIND_RSP: [{ A: { n: 7 } }] });
  });

  test('is refused, once, when a thread dies that has a part of it', async () => {
    const { ask } = await large(2);
    const error = { _err: { _c: 5000, _a: expect.stringMatching(/^thread [01] of the engine died/) as unknown } };
    expect(await ask({ COUNT: { _qid: 'die', ...odd } })).toEqual({ _qid: 'die', COUNT_RSP_ERR: error });
    expect(await ask({ COUNT: odd })).toEqual({ COUNT_RSP: { A: { _cnt: 17 } } });
  });
});

test.each([1, 2])('of %i threads, one that dies at a read is replaced, and the objects stay', async (threads) => {
  const { ask } = start(threads);
  await ask(create);
  await ask(store(1));
  for (let i = 0; i < 5; i++) expect(await ask(count('die'))).toEqual(died('COUNT', 0));
  expect(await ask({ COUNT: {} })).toEqual(oneObject);
  await ask(store(2));
  expect(await ask({ COUNT: {} })).toEqual({ COUNT_RSP: { A: { _cnt: 2 } } });
});

describe('a thread that dies in the middle of a change', () => {
  const objects = (count: number): readonly object[] =>
    Array.from({ length: count }, (_, n) => ({ n, s: `text ${n % 7}`, others: [{ m: n }, { m: -n }] }));
  const fill = { STORE: { _class: 'C', _objects: objects(1000), _rsp: 'none' } };
  const changes: readonly (readonly [string, object])[] = [
    ['STORE', { STORE: { _class: 'C', _objects: objects(500) } }],
    // A long one.
    ['STORE', { STORE: { _class: 'C', _objects: objects(2000) } }],
    ['UPDATE', { UPDATE: { C: { s: 'changed', others: [{ m: 7 }] } } }],
    ['DELETE', { DELETE: { D: { _where: { m: { '>': 10 } } } } }],
    ['CREATE_INDEX', { CREATE_INDEX: { C: ['n'], D: ['m'] } }],
  ];
  const begin = async (count: number) => {
    const started = start(count);
    const { ask } = started;
    await ask({
      CREATE_CLASSES: { D: { m: 'int' }, C: { n: 'int', s: { _type: 'string', _index: true }, others: 'D[]' } },
    });
    void ask(fill);
    return started;
  };
  /** All objects, in an order of their own, and what leads back to them. */
  const look = async (ask: (query: object) => Promise<unknown>): Promise<string> => {
    const answers = await Promise.all([
      ask({ FIND: { C: {}, _sort: 'n' } }),
      ask({ COUNT: {} }),
      ask({ COUNT: { C: { s: 'text 3' } } }),
      ask({ COUNT: { C: { others: { m: 7 } } } }),
      ask({ INDEXES: {} }),
    ]);
    return JSON.stringify(answers);
  };

  test.each(changes)('leaves what was before, or what comes after: %s', { timeout: 60_000 }, async (name, change) => {
    for (const [i, step] of [2, 900].entries()) {
      const { ask } = await begin(i + 1);
      const before = await look(ask);
      await ask({ UPDATE: { _qid: `step ${step}`, D: { _where: { m: 0.5 }, m: 0 } } });
      const answer = ask(change);
      // Waits until the objects are sound.
      const after = look(ask);
      expect(await answer, `step ${step}`).toEqual({
        [`${name}_RSP_ERR`]: { _err: { _c: 5000, _a: 'thread 0 of the engine died: exit code 7' } },
      });
      if (name === 'DELETE') expect([before, await look(ask)]).toContain(await after);
      else expect(await after).toBe(before);
      expect(await ask(change)).toHaveProperty(`${name}_RSP`);
    }
  });

  test('is replaced by one that dies of what was left: then the objects are given up, and the engine goes on', async () => {
    const { ask, engine } = start(2);
    await ask(create);
    await ask(store(1));
    await ask({ UPDATE: { _qid: 'twice', A: { _where: { n: 0 }, n: 0 } } });
    expect(await ask({ STORE: { _qid: 'die', _class: 'A', _objects: [{}] } })).toEqual(died('STORE', 0));
    for (const query of [{ COUNT: {} }, create])
      expect(JSON.stringify(await ask(query))).toMatch(/thread 0 of the engine died.*CLEAR begins anew/);
    expect(await ask({ CLEAR: { _confirm: 'IKnowWhatImDoing' } })).toEqual({ CLEAR_RSP: { _cnt: 0 } });
    await ask(create);
    await ask(store(1));
    expect(await Promise.all([ask({ COUNT: {} }), ask({ COUNT: {} })])).toEqual([oneObject, oneObject]);
    await engine.drain();
  });
});

test('threads that cannot start refuse everything', async () => {
  const { ask } = start(1, { entry: new URL('./nothing-here.js', import.meta.url) });
  const detail = (answer: unknown): string => JSON.stringify(answer);
  let answer = detail(await ask({ COUNT: {} }));
  while (!answer.includes('no thread can be started')) {
    expect(answer).toContain('nothing-here.js');
    answer = detail(await ask({ COUNT: {} }));
  }
});

test('an engine that is closed refuses what its threads have in hand', async () => {
  const { ask, engine } = start(1);
  await ask(create);
  const asked = ask({ FIND: { _qid: 'hang', A: {} } });
  // In hand as soon as the engine has had its turn.
  await new Promise((resolve) => setImmediate(resolve));
  const waiting = ask(count('1'));
  await engine.close();
  expect(await asked).toMatchObject({ _qid: 'hang', FIND_RSP_ERR: { _err: { _a: 'the server is stopping' } } });
  expect(await waiting).toMatchObject({ COUNT_RSP_ERR: { _err: { _a: 'the server is stopping' } } });
});
