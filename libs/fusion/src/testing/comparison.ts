import { isDeepStrictEqual } from 'node:util';
import { propertyRuns } from '@syncytium/testkit';
import fc from 'fast-check';
import { expect } from 'vitest';
import { querySequences, type Pause } from './arbitrary-queries.js';
import { settleOids, type OidPick } from './arbitrary-values.js';
import { parseExact, toJson } from './exact-json.js';
import { ReferenceModel, type Reply } from './reference-model.js';
import type { Json, JsonRecord } from './reference-values.js';
import { TestEngine } from './test-engine.js';

/**
 * Asks engines and reference models `runs` sequences of queries and compares what they answer, in as many cases as the
 * environment says.
 */
export function compareSequences(isIndexed: fc.Arbitrary<boolean>, runs: number): void {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(querySequences(isIndexed), (steps) => {
      const comparison = new Comparison(seen);
      for (const step of steps) comparison.take(step);
      comparison.compareAll();
    }),
    propertyRuns(runs),
  );
  // Sequences in which nothing succeeds, or nothing fails, would prove little.
  for (const what of [...queriesSeen.map((name) => `${name}_RSP`), ...errorsSeen])
    expect(seen.get(what), `number of ${what}`).toBeGreaterThan(0);
}

const queriesSeen = [
  ...['CREATE_CLASSES', 'CREATE_INDEX', 'DROP_INDEX', 'STORE', 'GET', 'FIND', 'COUNT', 'UPDATE', 'DELETE', 'CLEAR'],
  ...['OIDS', 'CLASSES', 'INDEXES'],
];

const errorsSeen = [
  ...['1000', '1001', '1002', '1003', '1100', '1101', '1102', '1200', '1201', '1202', '1300', '1302', '1304', '1305'],
  ...['1500', '1501', '1503', '1600', '1601', '1700', '1701', '1800', '1801', '1802', '1803'],
];

/** An engine and a model that are asked the same; their OIDs differ, so it keeps track of which belong together. */
export class Comparison {
  readonly engine: TestEngine;
  readonly model = new ReferenceModel();
  readonly #seen: Map<string, number>;
  readonly #pairs: { readonly engine: string; readonly model: string }[] = [];
  readonly #modelOids = new Map<string, string>();
  /** How many objects the engine had taken out to make room when it was asked last. */
  #evicted = 0;

  /** @param engine One without classes; a new one unless told. */
  constructor(seen: Map<string, number>, engine = new TestEngine()) {
    this.#seen = seen;
    this.engine = engine;
  }

  take(step: JsonRecord | Pause): void {
    if ('$pauseMs' in step) this.#pause(step as Pause);
    else this.ask(step);
  }

  ask(query: JsonRecord): void {
    const response = this.#askEngine(this.#settleOids(query, 'engine'));
    const reply = this.model.ask(this.#settleOids(query, 'model') as JsonRecord);
    this.#forgetEvicted();
    this.#saw(String(reply.errorCode ?? reply.key));
    this.#compareResponse(query, response, reply);
    // What UPDATE made is not in its response: it is learnt from the objects it is in.
    if (reply.key === 'UPDATE_RSP') this.compareAll();
  }

  #pause({ $pauseMs }: Pause): void {
    this.engine.advance($pauseMs);
    this.model.world.advance($pauseMs);
    this.compareAll();
  }

  /** What the engine has taken out to make room is as if it were deleted; it says how many those were. */
  #forgetEvicted(): void {
    const { evicted } = this.engine.run({ STATS: {} }) as { evicted: number };
    if (evicted === this.#evicted) return;
    let count = 0;
    for (const className of this.#classNames()) {
      const { _oids } = this.engine.run({ OIDS: { _class: className } }) as { _oids: string[] };
      const left = new Set(_oids);
      const known = new Set(this.model.world.oidsOf(className));
      const gone = this.#pairs.filter(({ engine, model }) => known.has(model) && !left.has(engine));
      count += gone.length;
      if (gone.length > 0) this.model.ask({ DELETE: { [className]: { _oids: gone.map(({ model }) => model) } } });
    }
    expectEqual(count, evicted - this.#evicted);
    this.#evicted = evicted;
  }

  #askEngine(query: Json): JsonRecord | undefined {
    const { bytes } = this.engine.answer(toJson(query));
    return bytes && (parseExact(Buffer.from(bytes).toString()) as JsonRecord);
  }

  #compareResponse(query: JsonRecord, response: JsonRecord | undefined, reply: Reply): void {
    const [content] = Object.values(query) as [JsonRecord];
    const wantsMetrics = content['_metrics'] === true;
    const isExplained = content['_explain'] === true && reply.errorCode === undefined;
    if (reply.isSilent && !wantsMetrics && !isExplained) {
      expect(response).toBeUndefined();
      // What nobody was told still has to be found by its OID.
      if (reply.key === 'STORE_RSP') this.#learnAll();
      return;
    }
    const { _qid: qid, _metrics: metrics, _explain: explanation, ...rest } = response as Record<string, Json>;
    expectEqual(qid, reply.qid);
    if (reply.errorCode === undefined) expectEqual(metrics !== undefined, wantsMetrics);
    expectEqual(explanation !== undefined, isExplained);
    expectEqual(Object.keys(rest), reply.isSilent ? [] : [reply.key]);
    if (reply.isSilent) return;
    const body = rest[reply.key] as Json;
    if (reply.errorCode !== undefined) {
      expectEqual((body as { _err: { _c: number } })._err._c, reply.errorCode);
      return;
    }
    if (reply.key === 'FIND_RSP') this.#compareFound(content, body as Json[], reply.body as unknown[]);
    else if (reply.key === 'OIDS_RSP') this.#compareOids(body, reply.body);
    else this.#match(body, reply.body);
  }

  /** Objects come in any order, but for what is sorted by; those cut off by a limit may be any of equal rank. */
  #compareFound(content: JsonRecord, found: readonly Json[], expected: readonly unknown[]): void {
    expectEqual(found.length, expected.length);
    const { _limit, _offset, _sort } = optionsOf(content);
    const isCut = _limit !== undefined || _offset !== undefined;
    if (_sort === undefined && isCut) return;
    if (_sort !== undefined) {
      const keys = [_sort as string | string[]].flat().map((key) => key.replace(/^-/, ''));
      const ranks = (objects: readonly unknown[]): unknown[] =>
        objects.map((object) => keys.map((key) => memberOf(object, key) ?? null));
      expectEqual(ranks(found), normalise(ranks(expected)));
    }
    if (!isCut) this.#match([...found].sort(this.#byModelOid), [...expected].sort(byOid));
  }

  #compareOids(body: Json, expected: unknown): void {
    const { _oids: found } = body as { _oids: string[] };
    const { _oids: wanted } = expected as { _oids: string[] };
    expectEqual(found.map((oid) => this.#modelOids.get(oid)).sort(), [...wanted].sort());
  }

  /** Every object the two know of is the same in both, those included that only parents lead to. */
  compareAll(): void {
    for (const className of this.#classNames()) this.#compareKnown(className);
    for (const query of [{ COUNT: {} }, { INDEXES: {} }])
      expectEqual(this.engine.run(query), this.model.ask(query).body);
  }

  #compareKnown(className: string): void {
    const oids = this.model.world.oidsOf(className);
    const known = this.#pairs.filter((pair) => oids.includes(pair.model));
    if (known.length === 0) return;
    const get = (side: 'engine' | 'model'): JsonRecord => ({
      GET: { [className]: { _oids: known.map((pair) => pair[side]) } },
    });
    this.#match(this.#askEngine(get('engine'))?.['GET_RSP'], this.model.ask(get('model')).body);
  }

  /** Pairs what a silent STORE made by its contents, parents first, for they tell which of equal parts is whose. */
  #learnAll(): void {
    for (const className of this.#classNames()) {
      const { _oids: engineOids } = this.engine.run({ OIDS: { _class: className } }) as { _oids: string[] };
      const ofEngine = engineOids.filter((oid) => !this.#modelOids.has(oid));
      const ofModel = this.model.world
        .oidsOf(className)
        .filter((oid) => !this.#pairs.some((pair) => pair.model === oid));
      if (ofEngine.length === 0) continue;
      const get = (oids: readonly string[]): JsonRecord => ({ GET: { [className]: { _oids: [...oids] } } });
      const found = contentsOf(this.#askEngine(get(ofEngine))?.['GET_RSP']);
      contentsOf(normalise(this.model.ask(get(ofModel)).body)).forEach((contents, i) => {
        const at = found.findIndex((other, j) => other === contents && !this.#modelOids.has(ofEngine[j] as string));
        expect(at, `place of an object like ${contents}`).toBeGreaterThanOrEqual(0);
        this.#pair(ofEngine[at] as string, ofModel[i] as string);
      });
      this.#compareKnown(className);
    }
  }

  #classNames(): string[] {
    return ['Room', 'Box', 'Item'].filter((className) => this.model.world.state.classes.has(className));
  }

  #match(found: unknown, expected: unknown): void {
    this.#pairOids(found, expected);
    expectEqual(this.#translate(found as Json), normalise(expected));
  }

  /** Learns which OIDs belong together from two values of the same shape. */
  #pairOids(found: unknown, expected: unknown): void {
    if (Array.isArray(found) && Array.isArray(expected)) {
      found.forEach((item, i) => this.#pairOids(item, expected[i]));
    } else if (typeof found === 'object' && found !== null && typeof expected === 'object' && expected !== null) {
      for (const [key, value] of Object.entries(found)) {
        const other = (expected as Record<string, unknown>)[key];
        if (key === '_oid' && typeof other === 'string') this.#pair(value as string, other);
        else this.#pairOids(value, other);
      }
    }
  }

  #pair(engine: string, model: string): void {
    const known = this.#modelOids.get(engine);
    if (known !== undefined) return;
    this.#modelOids.set(engine, model);
    this.#pairs.push({ engine, model });
  }

  #translate(value: Json): Json {
    if (typeof value === 'string') return this.#modelOids.get(value) ?? value;
    if (Array.isArray(value)) return value.map((item: Json) => this.#translate(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#translate(item)]));
  }

  #settleOids(value: Json, side: 'engine' | 'model'): Json {
    return settleOids(value, (pick) => this.#pick(pick)?.[side]);
  }

  #pick({ $oid, $class }: OidPick): { readonly engine: string; readonly model: string } | undefined {
    const { objects } = this.model.world.state;
    const pairs = this.#pairs.filter(({ model }) => $class === undefined || objects.get(model)?.className === $class);
    return pairs[$oid % pairs.length];
  }

  readonly #byModelOid = (a: unknown, b: unknown): number =>
    compareTexts(this.#modelOids.get(oidOf(a)) ?? '', this.#modelOids.get(oidOf(b)) ?? '');

  #saw(what: string): void {
    this.#seen.set(what, (this.#seen.get(what) ?? 0) + 1);
  }
}

/** `expect` alone would take most of the time of a sequence. */
function expectEqual(found: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(found, expected)) expect(found).toEqual(expected);
}

function optionsOf(content: JsonRecord): JsonRecord {
  const [inside] = Object.entries(content).flatMap(([key, value]) =>
    key.startsWith('_') ? [] : [value as JsonRecord],
  );
  return { ...content, ...inside };
}

function memberOf(object: unknown, member: string): unknown {
  const [values] = Object.values(object as Record<string, Record<string, unknown>>);
  return values?.[member];
}

function oidOf(object: unknown): string {
  return memberOf(object, '_oid') as string;
}

function byOid(a: unknown, b: unknown): number {
  return compareTexts(oidOf(a), oidOf(b));
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The objects of a GET as texts without OIDs. */
function contentsOf(body: unknown): string[] {
  const withoutOids = (key: string, value: unknown): unknown => (key === '_oid' ? undefined : value);
  return (body as { _objects: unknown[] })._objects.map((object) => JSON.stringify(object, withoutOids));
}

/** A model's value as it looks after having been JSON. */
function normalise(value: unknown): unknown {
  return parseExact(toJson(value as Json));
}
