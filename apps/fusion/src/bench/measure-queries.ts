import { randomHex, type Clock, type Prng } from '@syncytium/kit';
import { measureExchanges, type Measured } from '@syncytium/program';
import type { QueryAnswer } from '../query-command.js';
import { BenchFailedError } from './bench-failed-error.js';

/** Asks one query, given its name and what stands in its object. */
export type AskQuery = (name: string, content: string) => Promise<QueryAnswer>;

export interface MeasureQueriesOptions {
  readonly ask: AskQuery;
  /** Objects that are there before anything is measured. */
  readonly objects: number;
  /** Queries under way at once where throughput is asked for. */
  readonly atOnce: number;
  /** How long each kind is measured, in milliseconds. */
  readonly durationMs: number;
  readonly clock: Clock;
  readonly prng: Prng;
  readonly signal: AbortSignal;
}

/** The class of the objects that are measured with; it stays, as classes do, without objects. */
const className = 'FusionBench';

/** Should nobody take them away: how long the objects stay, in milliseconds. */
const ttlMs = 3_600_000;

/** Objects that are stored by one query beforehand. */
const storedAtOnce = 200;

const text = 'x'.repeat(64);

/** GET by OID, FIND of one object by an index, STORE of one, and a mix of 80, 15 and 5 percent of these. */
export async function* measureQueries(options: MeasureQueriesOptions): AsyncGenerator<Measured> {
  const { objects, atOnce, durationMs, clock, prng, signal } = options;
  const run = randomHex(prng, 8);
  const ask = async (name: string, content: string): Promise<string> => {
    const { isOk, text: answer } = await options.ask(name, content);
    if (!isOk) throw new BenchFailedError(name, answer);
    return answer;
  };
  const store = (keys: readonly number[]): Promise<string> => {
    const stored = keys.map((key) => ({ key: `${run}-${key}`, number: key, text }));
    return ask('STORE', `"_class":"${className}","_objects":${JSON.stringify(stored)}`);
  };
  await createClass(options.ask);
  let next = 0;
  const nextKeys = (count: number): number[] => Array.from({ length: count }, () => next++);
  try {
    const oids: string[] = [];
    while (next < objects) oids.push(...oidsIn(await store(nextKeys(Math.min(storedAtOnce, objects - next)))));
    const any = (): number => prng.int(objects);

    const get = async (): Promise<void> => {
      await ask('GET', `"${className}":{"_oids":["${oids[any()] ?? ''}"]}`);
    };
    const find = async (): Promise<void> => {
      await ask('FIND', `"${className}":{"key":"${run}-${any()}"}`);
    };
    const storeOne = async (): Promise<void> => {
      await store(nextKeys(1));
    };
    const mix = (): Promise<void> => {
      const percent = prng.int(100);
      return percent < 80 ? get() : percent < 95 ? find() : storeOne();
    };
    const measure = (what: string, exchange: () => Promise<void>, lanes = atOnce): Promise<Measured> => {
      const parties = { who: 'fusion bench', missing: 'the server' };
      return measureExchanges({ what, exchange, atOnce: lanes, durationMs, ...parties, clock, signal });
    };
    yield await measure('GET, one at a time', get, 1);
    yield await measure(`GET, ${atOnce} at once`, get);
    yield await measure(`FIND, ${atOnce} at once`, find);
    yield await measure(`STORE, ${atOnce} at once`, storeOne);
    yield await measure(`80 % GET, 15 % FIND, 5 % STORE, ${atOnce} at once`, mix);
  } finally {
    if (!signal.aborted) await ask('DELETE', `"${className}":{"_where":{"key":{"prefix":"${run}-"}}}`);
  }
}

async function createClass(ask: AskQuery): Promise<void> {
  const definition = { key: { _type: 'string', _index: true }, number: 'uint', text: 'string', _ttl: ttlMs };
  const { isOk, text: answer } = await ask('CREATE_CLASSES', `"${className}":${JSON.stringify(definition)}`);
  if (!isOk && !answer.includes('"_c":1001,')) throw new BenchFailedError('CREATE_CLASSES', answer);
}

function oidsIn(answer: string): string[] {
  return Array.from(answer.matchAll(/"_oid":"([^"]+)"/g), ([, oid = '']) => oid);
}
