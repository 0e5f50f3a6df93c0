import { remove, update } from './reference-changes.js';
import {
  Failure,
  attribute,
  checkAttributes,
  checkBoolean,
  fail,
  headKeys,
  isRecord,
  names,
  readCount,
  readOids,
  readRoot,
  readTexts,
  reads,
  requireEmpty,
  scalars,
  text,
  writes,
} from './reference-checks.js';
import { changeIndexes, createClasses } from './reference-classes.js';
import { store } from './reference-objects.js';
import { checkTerms, satisfies } from './reference-terms.js';
import { type Json, type JsonRecord, compare } from './reference-values.js';
import { ReferenceWorld } from './reference-world.js';

/** What a query answers: the contents of its response, or an error code. */
export interface Reply {
  readonly key: string;
  readonly body?: unknown;
  readonly errorCode?: number;
  readonly qid?: string;
  readonly isSilent: boolean;
}

/**
 * Fusion as plain JavaScript objects, written to be obviously right and not to be fast: every query looks at every
 * object, and a query that fails is undone by putting back a copy of everything. Tests compare the engine with it.
 *
 * It takes queries as values, so it knows nothing of JSON text, and it understands the interface `standard` only.
 */
export class ReferenceModel {
  readonly world = new ReferenceWorld();

  ask(query: JsonRecord): Reply {
    const [given, content] = Object.entries(query)[0] as [string, Json];
    const queryName = given === 'CREATE_CLASS' ? 'CREATE_CLASSES' : given;
    if (!reads.includes(queryName) && !writes.includes(queryName))
      return { key: 'FQL_RSP_ERR', errorCode: 1302, isSilent: false };
    const key = `${queryName}_RSP`;
    if (!isRecord(content)) return { key: `${key}_ERR`, errorCode: 1300, isSilent: false };
    const qid = typeof content['_qid'] === 'string' && content['_qid'].length <= 32 ? content['_qid'] : undefined;
    const mode = writes.includes(queryName) ? (content['_rsp'] ?? content['_rspMode']) : undefined;
    // Reads change nothing, and copying is what takes longest here.
    const before = writes.includes(queryName) ? structuredClone(this.world.state) : this.world.state;
    try {
      this.#checkHead(content, queryName);
      const body = this.#run(queryName, content);
      return { key, body, ...(qid !== undefined && { qid }), isSilent: mode === 'none' || mode === 'error' };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.world.state = before;
      const { errorCode } = error;
      return { key: `${key}_ERR`, errorCode, ...(qid !== undefined && { qid }), isSilent: mode === 'none' };
    }
  }

  #checkHead(content: JsonRecord, queryName: string): void {
    const { _qid: qid, _metrics: metrics, _rsp: rsp, _rspMode: rspMode } = content;
    if (qid !== undefined && typeof qid !== 'string') fail(1101);
    if (qid !== undefined && qid.length > 32) fail(1503);
    if (metrics !== undefined && typeof metrics !== 'boolean') fail(1101);
    if (rsp !== undefined && rspMode !== undefined) fail(1200);
    const mode = rsp ?? rspMode;
    if (mode === undefined) return;
    if (reads.includes(queryName)) fail(1600);
    if (mode !== 'none' && mode !== 'error') fail(1601);
  }

  #run(queryName: string, content: JsonRecord): unknown {
    switch (queryName) {
      case 'CREATE_CLASSES':
        return createClasses(this.world, content);
      case 'CREATE_INDEX':
      case 'DROP_INDEX':
        return changeIndexes(this.world, content, queryName === 'CREATE_INDEX');
      case 'STORE':
        return store(this.world, content);
      case 'GET':
        return this.#get(content);
      case 'FIND':
        return this.#find(content);
      case 'COUNT':
        return this.#count(content);
      case 'UPDATE':
        return update(this.world, content);
      case 'DELETE':
        return remove(this.world, content);
      case 'CLEAR': {
        const confirm = attribute(content, '_confirm', [...headKeys, '_confirm']);
        if (names(content).length > 0) fail(1200);
        if (text(confirm) !== 'IKnowWhatImDoing') fail(1202);
        const { size } = this.world.state.objects;
        this.world.state = { classes: new Map(), objects: new Map() };
        return { _cnt: size };
      }
      case 'OIDS': {
        const className = attribute(content, '_class', [...headKeys, '_class']);
        if (names(content).length > 0) fail(1200);
        this.world.members(text(className));
        return { _class: className, _oids: this.world.oidsOf(className as string) };
      }
      case 'CLASSES':
        requireEmpty(content);
        return [...this.world.state.classes].map(([className, { members, ttl }]) => ({
          [className]: {
            ...(ttl !== undefined && { _ttl: ttl }),
            ...Object.fromEntries(
              [...members].map(([member, type]) => [
                member,
                { _type: type.base + (type.isArray ? '[]' : ''), _index: type.isIndexed },
              ]),
            ),
          },
        }));
      case 'INDEXES':
        requireEmpty(content);
        return [...this.world.state.classes].flatMap(([className, { members }]) => {
          const indexed = [...members].filter(([, type]) => type.isIndexed);
          if (indexed.length === 0) return [];
          return [
            { [className]: Object.fromEntries(indexed.map(([member]) => [member, this.#keys(className, member)])) },
          ];
        });
      default:
        return fail(5000);
    }
  }

  #keys(className: string, member: string): { _keys: number } {
    const values = this.world.oidsOf(className).flatMap((oid) => this.world.object(oid).values.get(member) ?? []);
    return { _keys: new Set(values).size };
  }

  #show(oid: string, select?: readonly string[]): unknown {
    const { className, values } = this.world.object(oid);
    const shown: Record<string, unknown> = {};
    for (const [member, type] of this.world.members(className)) {
      const value = values.get(member);
      if (value === undefined || (select && !select.includes(member))) continue;
      const one = (item: unknown): unknown =>
        scalars.includes(type.base) ? item : { [type.base]: this.#show(item as string) };
      shown[member] = type.isArray ? (value as unknown[]).map(one) : one(value);
    }
    return { ...shown, _oid: oid };
  }

  #get(content: JsonRecord): unknown {
    const [className, options, rest] = readRoot(content, [], ['_oids']);
    const oids = readOids(options['_oids']) ?? fail(1202);
    if (Object.keys(rest).length > 0) fail(1200);
    this.world.members(className);
    const found = oids.filter((oid) => this.world.state.objects.get(oid)?.className === className);
    return { _class: className, _objects: found.map((oid) => this.#show(oid)) };
  }

  #find(content: JsonRecord): unknown {
    const keys = ['_limit', '_offset', '_sort', '_select', '_explain'];
    const [className, options, terms] = readRoot(content, keys, keys);
    const limit = readCount(options['_limit'], 50_000, 50_000);
    const offset = readCount(options['_offset'], 0, Number.MAX_SAFE_INTEGER);
    const sort = typeof options['_sort'] === 'string' ? [options['_sort']] : readTexts(options['_sort']);
    const select = readTexts(options['_select']);
    checkBoolean(options['_explain']);
    this.world.members(className);
    checkTerms(this.world, className, terms);
    const sortKeys = (sort ?? []).map((key) => {
      const member = key.replace(/^-/, '');
      const type = this.world.member(className, member);
      if (!scalars.includes(type.base) || type.isArray) fail(1101);
      return { member, isDescending: key.startsWith('-') };
    });
    for (const member of select ?? []) this.world.member(className, member);
    const found = this.world.oidsOf(className).filter((oid) => satisfies(this.world, oid, terms));
    found.sort((a, b) => this.#compare(a, b, sortKeys));
    return found.slice(offset, offset + limit).map((oid) => ({ [className]: this.#show(oid, select) }));
  }

  #compare(a: string, b: string, keys: readonly { member: string; isDescending: boolean }[]): number {
    for (const { member, isDescending } of keys) {
      const left = this.world.object(a).values.get(member);
      const right = this.world.object(b).values.get(member);
      if (left === undefined && right === undefined) continue;
      if (left === undefined) return 1;
      if (right === undefined) return -1;
      const order = compare(left, right);
      if (order !== 0) return isDescending ? -order : order;
    }
    return 0;
  }

  #count(content: JsonRecord): unknown {
    if (names(content).length === 0) {
      checkAttributes(content, headKeys);
      return Object.fromEntries(
        [...this.world.state.classes.keys()].map((className) => [
          className,
          { _cnt: this.world.oidsOf(className).length },
        ]),
      );
    }
    const [className, options, terms] = readRoot(content, ['_explain'], ['_explain']);
    checkBoolean(options['_explain']);
    this.world.members(className);
    checkTerms(this.world, className, terms);
    return {
      [className]: { _cnt: this.world.oidsOf(className).filter((oid) => satisfies(this.world, oid, terms)).length },
    };
  }
}
