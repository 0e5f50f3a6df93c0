/**
 * Fusion as plain JavaScript objects, written to be obviously right and not to be fast: every query looks at every
 * object, and a query that fails is undone by putting back a copy of everything. Tests compare the engine with it.
 *
 * It takes queries as values, so it knows nothing of JSON text, and it understands the interface `standard` only.
 */

export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonRecord;
export interface JsonRecord {
  readonly [key: string]: Json;
}

interface MemberType {
  readonly base: string;
  readonly isArray: boolean;
  readonly isIndexed: boolean;
}

type ClassMembers = Map<string, MemberType>;

interface ModelClass {
  readonly members: ClassMembers;
  /** How long objects live, in milliseconds. */
  readonly ttl: number | undefined;
}

/** Values are scalars, arrays of scalars, OIDs or arrays of OIDs. */
interface ModelObject {
  readonly className: string;
  readonly values: Map<string, unknown>;
  /** When it expires, in milliseconds of the model's time. */
  readonly expiresAt: number;
}

interface State {
  readonly classes: Map<string, ModelClass>;
  readonly objects: Map<string, ModelObject>;
}

/** What a query answers: the contents of its response, or an error code. */
export interface Reply {
  readonly key: string;
  readonly body?: unknown;
  readonly errorCode?: number;
  readonly qid?: string;
  readonly isSilent: boolean;
}

class Failure extends Error {
  constructor(readonly errorCode: number) {
    super(`error ${errorCode}`);
  }
}

function fail(errorCode: number): never {
  throw new Failure(errorCode);
}

const scalars = ['string', 'int', 'uint', 'decimal', 'bool'];
const headKeys = ['_qid', '_metrics', '_rsp', '_rspMode'];
const reads = ['GET', 'FIND', 'COUNT', 'OIDS', 'CLASSES', 'INDEXES', 'SERVER_INFO', 'STATS', 'ERRORS'];
const writes = ['STORE', 'UPDATE', 'DELETE', 'CREATE_CLASSES', 'CREATE_INDEX', 'DROP_INDEX', 'CLEAR'];
const allKeys = [
  ...headKeys,
  ...['_class', '_objects', '_oid', '_oids', '_deep', '_where', '_confirm', '_limit', '_offset', '_sort', '_select'],
  ...['_type', '_index', '_if', '_inc', '_explain', '_ttl'],
];
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const name = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

export class ReferenceModel {
  state: State = { classes: new Map(), objects: new Map() };
  #made = 0;
  #now = 0;

  /** Lets time go by, and objects expire. */
  advance(ms: number): void {
    this.#now += ms;
    const { objects } = this.state;
    this.#takeOut(new Set([...objects].flatMap(([oid, { expiresAt }]) => (expiresAt <= this.#now ? [oid] : []))));
  }

  ask(query: JsonRecord): Reply {
    const [given, content] = Object.entries(query)[0] as [string, Json];
    const queryName = given === 'CREATE_CLASS' ? 'CREATE_CLASSES' : given;
    if (!reads.includes(queryName) && !writes.includes(queryName))
      return { key: 'FQL_RSP_ERR', errorCode: 1302, isSilent: false };
    const key = `${queryName}_RSP`;
    if (!isRecord(content)) return { key: `${key}_ERR`, errorCode: 1300, isSilent: false };
    const qid = typeof content['_qid'] === 'string' && content['_qid'].length <= 32 ? content['_qid'] : undefined;
    const mode = content['_rsp'] ?? content['_rspMode'];
    // Reads change nothing, and copying is what takes longest here.
    const before = writes.includes(queryName) ? structuredClone(this.state) : this.state;
    try {
      this.#checkHead(content, queryName);
      const body = this.#run(queryName, content);
      return { key, body, ...(qid !== undefined && { qid }), isSilent: mode === 'none' || mode === 'error' };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.state = before;
      const { errorCode } = error;
      return { key: `${key}_ERR`, errorCode, ...(qid !== undefined && { qid }), isSilent: mode === 'none' };
    }
  }

  /** The OIDs of all objects of a class. */
  oidsOf(className: string): string[] {
    return [...this.state.objects].filter(([, object]) => object.className === className).map(([oid]) => oid);
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
        return this.#createClasses(content);
      case 'CREATE_INDEX':
      case 'DROP_INDEX':
        return this.#changeIndexes(content, queryName === 'CREATE_INDEX');
      case 'STORE':
        return this.#store(content);
      case 'GET':
        return this.#get(content);
      case 'FIND':
        return this.#find(content);
      case 'COUNT':
        return this.#count(content);
      case 'UPDATE':
        return this.#update(content);
      case 'DELETE':
        return this.#delete(content);
      case 'CLEAR': {
        const confirm = attribute(content, '_confirm', [...headKeys, '_confirm']);
        if (names(content).length > 0) fail(1200);
        if (text(confirm) !== 'IKnowWhatImDoing') fail(1202);
        const { size } = this.state.objects;
        this.state = { classes: new Map(), objects: new Map() };
        return { _cnt: size };
      }
      case 'OIDS': {
        const className = attribute(content, '_class', [...headKeys, '_class']);
        if (names(content).length > 0) fail(1200);
        this.#members(text(className));
        return { _class: className, _oids: this.oidsOf(className as string) };
      }
      case 'CLASSES':
        requireEmpty(content);
        return [...this.state.classes].map(([className, { members, ttl }]) => ({
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
        return [...this.state.classes].flatMap(([className, { members }]) => {
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
    const values = this.oidsOf(className).flatMap((oid) => this.#object(oid).values.get(member) ?? []);
    return { _keys: new Set(values).size };
  }

  #createClasses(content: JsonRecord): unknown {
    const given = names(content);
    checkAttributes(content, headKeys);
    if (given.length === 0) fail(1304);
    for (const [className, definition] of given) this.#createClass(className, definition);
    return Object.fromEntries(given.map(([className]) => [className, {}]));
  }

  #createClass(className: string, definition: Json): void {
    if (!name.test(className) || scalars.includes(className)) fail(1003);
    if (this.state.classes.has(className)) fail(1001);
    if (!isRecord(definition)) fail(1002);
    const { _ttl: ttl, ...types } = definition as Readonly<Record<string, Json>>;
    if (ttl !== undefined) {
      if (typeof ttl !== 'number' || !Number.isInteger(ttl) || ttl < 1) fail(1101);
      if (ttl > 10 * 365 * 24 * 60 * 60 * 1000) fail(1503);
    }
    if (Object.keys(types).length === 0) fail(1002);
    const members: ClassMembers = new Map();
    for (const [member, type] of Object.entries(types)) {
      if (!name.test(member)) fail(1800);
      members.set(member, this.#memberType(type));
    }
    this.state.classes.set(className, { members, ttl });
  }

  #memberType(json: Json): MemberType {
    let written: Json | undefined = json;
    let isIndexed: Json | undefined;
    if (isRecord(json)) {
      if (Object.keys(json).some((key) => key !== '_type' && key !== '_index')) fail(1201);
      written = json['_type'];
      isIndexed = json['_index'];
      if (written === undefined) fail(1202);
      if (typeof written !== 'string') fail(1101);
      if (isIndexed !== undefined && typeof isIndexed !== 'boolean') fail(1101);
    }
    if (typeof written !== 'string') fail(1002);
    const isArray = written.endsWith('[]');
    const base = written.replace(/\[\]$/, '');
    if (!scalars.includes(base) && !this.state.classes.has(base)) fail(1100);
    if (!scalars.includes(base) && isIndexed) fail(1101);
    return { base, isArray, isIndexed: isIndexed === true };
  }

  #changeIndexes(content: JsonRecord, isIndexed: boolean): unknown {
    checkAttributes(content, headKeys);
    const given = names(content);
    if (given.length === 0) fail(1304);
    for (const [, members] of given) readTexts(members);
    for (const [className, members] of given) {
      this.#members(className);
      for (const member of members as string[]) if (!scalars.includes(this.#member(className, member).base)) fail(1101);
    }
    for (const [className, members] of given) {
      for (const member of members as string[]) {
        const type = this.#member(className, member);
        if (type.isIndexed === isIndexed) fail(isIndexed ? 1802 : 1803);
        this.#members(className).set(member, { ...type, isIndexed });
      }
    }
    return Object.fromEntries(given.map(([className]) => [className, {}]));
  }

  #members(className: string): ClassMembers {
    return (this.state.classes.get(className) ?? fail(1000)).members;
  }

  #object(oid: string): ModelObject {
    const object = this.state.objects.get(oid);
    if (!object) throw new Error(`the model lost ${oid}`);
    return object;
  }

  #store(content: JsonRecord): unknown {
    const given = attribute(content, '_class', [...headKeys, '_class', '_objects']);
    if (names(content).length > 0) fail(1200);
    let className: string;
    let definition: Json | undefined;
    if (isRecord(given)) {
      const entries = Object.entries(given);
      if (entries.length === 0) fail(1501);
      if (entries.length > 1) fail(1002);
      [className, definition] = entries[0] as [string, Json];
    } else {
      className = text(given);
    }
    const objects = content['_objects'];
    if (objects === undefined) fail(1202);
    if (!isList(objects)) fail(1101);
    if (objects.length === 0) fail(1501);
    if (!objects.every(isRecord)) fail(1101);
    if (definition !== undefined) this.#createClass(className, definition);
    this.#members(className);
    const bare = objects.map((object) => this.#unwrap(className, object));
    for (const object of bare)
      for (const [member, value] of Object.entries(object)) this.#checkValue(className, member, value);
    for (const object of bare) this.#checkLinks(className, object);
    return bare.map((object) => ({ [className]: this.#oidsIn(className, object, this.#insert(className, object)) }));
  }

  #unwrap(className: string, object: JsonRecord): JsonRecord {
    const inner = object[className];
    return Object.keys(object).length === 1 && isRecord(inner ?? null) ? (inner as JsonRecord) : object;
  }

  #member(className: string, member: string): MemberType {
    const type = this.#members(className).get(member);
    if (type) return type;
    return fail(member.startsWith('_') ? (allKeys.includes(member) ? 1200 : 1201) : 1801);
  }

  #checkValue(className: string, member: string, value: Json): void {
    const type = this.#member(className, member);
    if (type.isArray && !isList(value)) fail(1102);
    for (const item of type.isArray ? (value as readonly Json[]) : [value]) {
      if (scalars.includes(type.base)) {
        if (!fits(type.base, item)) fail(1102);
        continue;
      }
      if (!isRecord(item)) fail(1102);
      const object = this.#unwrap(type.base, item);
      if (object['_oid'] !== undefined) checkLink(object);
      else for (const [inner, innerValue] of Object.entries(object)) this.#checkValue(type.base, inner, innerValue);
    }
  }

  /** Every object that is linked has to exist. */
  #checkLinks(className: string, object: JsonRecord): void {
    for (const [member, value] of Object.entries(object)) {
      const type = this.#members(className).get(member);
      if (!type || scalars.includes(type.base)) continue;
      for (const item of isList(value) ? value : [value]) this.#checkLinksOf(type.base, item as JsonRecord);
    }
  }

  #checkLinksOf(className: string, item: JsonRecord): void {
    const object = this.#unwrap(className, item);
    const oid = object['_oid'];
    if (oid === undefined) this.#checkLinks(className, object);
    else if (this.state.objects.get(oid as string)?.className !== className) fail(1701);
  }

  #insert(className: string, object: JsonRecord): string {
    const oid = `00000000-0000-4000-8000-${String(++this.#made).padStart(12, '0')}`;
    const values = new Map<string, unknown>();
    const expiresAt = this.#now + (this.state.classes.get(className)?.ttl ?? Infinity);
    this.state.objects.set(oid, { className, values, expiresAt });
    for (const [member, value] of Object.entries(object))
      values.set(member, this.#toStored(this.#member(className, member), value));
    return oid;
  }

  #toStored(type: MemberType, value: Json): unknown {
    const one = (item: Json): unknown => {
      if (scalars.includes(type.base)) return canonical(type.base, item);
      const object = this.#unwrap(type.base, item as JsonRecord);
      return object['_oid'] ?? this.#insert(type.base, object);
    };
    return type.isArray ? (value as readonly Json[]).map(one) : one(value);
  }

  /** The OIDs of an object and of the new objects in it. */
  #oidsIn(className: string, object: JsonRecord, oid: string): unknown {
    const answer: Record<string, unknown> = {};
    for (const [member, type] of this.#members(className)) {
      const value = object[member];
      if (value === undefined || scalars.includes(type.base)) continue;
      const stored = this.#object(oid).values.get(member);
      const one = (item: Json, linked: string): unknown => {
        const inner = this.#unwrap(type.base, item as JsonRecord);
        return { [type.base]: inner['_oid'] !== undefined ? { _oid: linked } : this.#oidsIn(type.base, inner, linked) };
      };
      answer[member] = type.isArray
        ? (value as readonly Json[]).map((item, i) => one(item, (stored as string[])[i] as string))
        : one(value, stored as string);
    }
    return { ...answer, _oid: oid };
  }

  #show(oid: string, select?: readonly string[]): unknown {
    const { className, values } = this.#object(oid);
    const shown: Record<string, unknown> = {};
    for (const [member, type] of this.#members(className)) {
      const value = values.get(member);
      if (value === undefined || (select && !select.includes(member))) continue;
      const one = (item: unknown): unknown =>
        scalars.includes(type.base) ? item : { [type.base]: this.#show(item as string) };
      shown[member] = type.isArray ? (value as unknown[]).map(one) : one(value);
    }
    return { ...shown, _oid: oid };
  }

  #root(content: JsonRecord, beside: readonly string[], inside: readonly string[]): [string, JsonRecord, JsonRecord] {
    checkAttributes(content, [...headKeys, ...beside]);
    const [root, second] = names(content);
    if (!root) fail(1304);
    if (second) fail(1300);
    const [className, value] = root;
    if (!isRecord(value)) fail(1101);
    checkAttributes(value, inside);
    const options: Record<string, Json> = {};
    for (const key of inside) if (value[key] !== undefined) options[key] = value[key];
    for (const key of beside) {
      if (content[key] === undefined) continue;
      if (options[key] !== undefined) fail(1200);
      options[key] = content[key];
    }
    return [className, options, Object.fromEntries(names(value))];
  }

  #get(content: JsonRecord): unknown {
    const [className, options, rest] = this.#root(content, [], ['_oids']);
    const oids = readOids(options['_oids']) ?? fail(1202);
    if (Object.keys(rest).length > 0) fail(1200);
    this.#members(className);
    const found = oids.filter((oid) => this.state.objects.get(oid)?.className === className);
    return { _class: className, _objects: found.map((oid) => this.#show(oid)) };
  }

  #find(content: JsonRecord): unknown {
    const keys = ['_limit', '_offset', '_sort', '_select', '_explain'];
    const [className, options, terms] = this.#root(content, keys, keys);
    const limit = readCount(options['_limit'], 50_000, 50_000);
    const offset = readCount(options['_offset'], 0, Number.MAX_SAFE_INTEGER);
    const sort = typeof options['_sort'] === 'string' ? [options['_sort']] : readTexts(options['_sort']);
    const select = readTexts(options['_select']);
    checkBoolean(options['_explain']);
    this.#members(className);
    this.#checkTerms(className, terms);
    const sortKeys = (sort ?? []).map((key) => {
      const member = key.replace(/^-/, '');
      const type = this.#member(className, member);
      if (!scalars.includes(type.base) || type.isArray) fail(1101);
      return { member, isDescending: key.startsWith('-') };
    });
    for (const member of select ?? []) this.#member(className, member);
    const found = this.oidsOf(className).filter((oid) => this.#satisfies(oid, terms));
    found.sort((a, b) => this.#compare(a, b, sortKeys));
    return found.slice(offset, offset + limit).map((oid) => ({ [className]: this.#show(oid, select) }));
  }

  #compare(a: string, b: string, keys: readonly { member: string; isDescending: boolean }[]): number {
    for (const { member, isDescending } of keys) {
      const left = this.#object(a).values.get(member);
      const right = this.#object(b).values.get(member);
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
        [...this.state.classes.keys()].map((className) => [className, { _cnt: this.oidsOf(className).length }]),
      );
    }
    const [className, options, terms] = this.#root(content, ['_explain'], ['_explain']);
    checkBoolean(options['_explain']);
    this.#members(className);
    this.#checkTerms(className, terms);
    return { [className]: { _cnt: this.oidsOf(className).filter((oid) => this.#satisfies(oid, terms)).length } };
  }

  #checkTerms(className: string, terms: JsonRecord): void {
    for (const [member, value] of Object.entries(terms)) {
      const type = this.#member(className, member);
      if (scalars.includes(type.base)) {
        this.#checkTests(type, value);
      } else {
        if (!isRecord(value)) fail(1102);
        const inner = this.#unwrap(type.base, value);
        if (Object.keys(inner).length === 0) fail(1305);
        this.#checkTerms(type.base, inner);
      }
    }
  }

  #checkTests(type: MemberType, value: Json): void {
    const check = (operand: Json): void => {
      if (!fits(type.base, operand)) fail(1102);
    };
    if (!isRecord(value)) {
      check(value);
      return;
    }
    if (Object.keys(value).length === 0) fail(1305);
    for (const [operator, operand] of Object.entries(value)) {
      if (operator === 'in') {
        if (!isList(operand)) fail(1101);
        if (operand.length === 0) fail(1501);
        operand.forEach(check);
      } else if (operator === 'prefix') {
        if (type.base !== 'string') fail(1101);
        check(operand);
      } else if (['==', '!=', '<', '<=', '>', '>='].includes(operator)) {
        if (type.base === 'bool' && operator !== '==' && operator !== '!=') fail(1101);
        check(operand);
      } else {
        fail(1201);
      }
    }
  }

  #satisfies(oid: string, terms: JsonRecord): boolean {
    const { className, values } = this.#object(oid);
    return Object.entries(terms).every(([member, term]) => {
      const type = this.#member(className, member);
      const value = values.get(member);
      if (value === undefined) return false;
      return (type.isArray ? (value as unknown[]) : [value]).some((item) =>
        scalars.includes(type.base)
          ? passes(type.base, item, term)
          : this.#satisfies(item as string, this.#unwrap(type.base, term as JsonRecord)),
      );
    });
  }

  #targets(className: string, options: JsonRecord): string[] {
    const oids = readOids(options['_oids']);
    const where = options['_where'] as JsonRecord | undefined;
    return this.oidsOf(className).filter(
      (oid) => (!oids || oids.includes(oid)) && (!where || this.#satisfies(oid, where)),
    );
  }

  #checkSomeTerms(className: string, terms: Json | undefined): void {
    if (terms === undefined) return;
    if (Object.keys(terms as JsonRecord).length === 0) fail(1305);
    this.#checkTerms(className, terms as JsonRecord);
  }

  #update(content: JsonRecord): unknown {
    const [className, options, changes] = this.#root(
      content,
      ['_where', '_if', '_explain'],
      ['_oids', '_where', '_if', '_explain'],
    );
    if (Object.keys(changes).length === 0) fail(1305);
    readOids(options['_oids']);
    readRecord(options['_where']);
    const condition = readRecord(options['_if']);
    checkBoolean(options['_explain']);
    this.#members(className);
    this.#checkSomeTerms(className, options['_where']);
    this.#checkSomeTerms(className, condition);
    this.#checkChanges(className, changes);
    this.#checkChangedLinks(className, changes);
    const targets = this.#targets(className, options);
    const changed = targets.filter((oid) => !condition || this.#satisfies(oid, condition));
    this.#change(className, changed, changes);
    const unmet = condition && { _unmet: targets.length - changed.length };
    return { [className]: { _cnt: changed.length, ...unmet } };
  }

  /** Whether a change is one inside the linked objects, and which. */
  #inside(type: MemberType, value: Json): JsonRecord | undefined {
    if (scalars.includes(type.base) || !isRecord(value)) return undefined;
    const object = this.#unwrap(type.base, value);
    return object['_oid'] === undefined ? object : undefined;
  }

  #checkChanges(className: string, changes: JsonRecord): void {
    for (const [member, value] of Object.entries(changes)) {
      const type = this.#member(className, member);
      const inside = this.#inside(type, value);
      if (!inside) {
        // A single link to a list of links is of the wrong type, but is first looked at as a link.
        if (type.isArray && !scalars.includes(type.base) && isRecord(value)) checkLink(this.#unwrap(type.base, value));
        if (scalars.includes(type.base) && isRecord(value)) checkAddition(type, value);
        else this.#checkValue(className, member, value);
      } else {
        if (Object.keys(inside).length === 0) fail(1305);
        this.#checkChanges(type.base, inside);
      }
    }
  }

  #checkChangedLinks(className: string, changes: JsonRecord): void {
    for (const [member, value] of Object.entries(changes)) {
      const type = this.#member(className, member);
      const inside = this.#inside(type, value);
      if (inside) this.#checkChangedLinks(type.base, inside);
      else this.#checkLinks(className, { [member]: value });
    }
  }

  #change(className: string, oids: readonly string[], changes: JsonRecord): void {
    for (const [member, value] of Object.entries(changes)) {
      const type = this.#member(className, member);
      const inside = this.#inside(type, value);
      const linked = (oid: string): string[] => [this.#object(oid).values.get(member) ?? []].flat() as string[];
      if (inside) this.#change(type.base, [...new Set(oids.flatMap(linked))], inside);
      else if (scalars.includes(type.base) && isRecord(value))
        for (const oid of oids) this.#add(oid, member, type, value);
      else for (const oid of oids) this.#object(oid).values.set(member, this.#toStored(type, value));
    }
  }

  #add(oid: string, member: string, type: MemberType, value: JsonRecord): void {
    const { values } = this.#object(oid);
    const exact = type.base !== 'decimal';
    const before = values.get(member) ?? 0;
    const amount = value['_inc'] ?? 0;
    const sum = exact ? BigInt(before as number) + BigInt(amount as number) : Number(before) + Number(amount);
    if (!fits(type.base, sum)) fail(1102);
    values.set(member, canonical(type.base, sum));
  }

  #delete(content: JsonRecord): unknown {
    const [className, options, rest] = this.#root(
      content,
      ['_where', '_explain'],
      ['_oids', '_where', '_deep', '_explain'],
    );
    if (Object.keys(rest).length > 0) fail(1200);
    readOids(options['_oids']);
    readRecord(options['_where']);
    const isDeep = checkBoolean(options['_deep']);
    checkBoolean(options['_explain']);
    this.#members(className);
    this.#checkSomeTerms(className, options['_where']);
    const doomed = new Set<string>();
    const targets = this.#targets(className, options);
    const counts = this.#doom(className, targets, doomed, isDeep);
    this.#takeOut(doomed);
    return { [className]: counts };
  }

  /** Takes objects out, with all links to them. */
  #takeOut(doomed: ReadonlySet<string>): void {
    for (const oid of doomed) this.state.objects.delete(oid);
    for (const { values } of this.state.objects.values()) {
      for (const [member, value] of values) {
        if (typeof value === 'string' && doomed.has(value)) values.delete(member);
        if (Array.isArray(value))
          values.set(
            member,
            value.filter((item) => !doomed.has(item as string)),
          );
      }
    }
  }

  #doom(className: string, oids: readonly string[], doomed: Set<string>, isDeep: boolean): unknown {
    const fresh = [...new Set(oids)].filter((oid) => !doomed.has(oid));
    for (const oid of fresh) doomed.add(oid);
    const counts: Record<string, unknown> = {};
    if (isDeep) {
      for (const [member, type] of this.#members(className)) {
        if (scalars.includes(type.base)) continue;
        const linked = fresh.flatMap((oid) => [this.#object(oid).values.get(member) ?? []].flat() as string[]);
        const isFresh = linked.some((oid) => !doomed.has(oid));
        counts[member] = { [type.base]: isFresh ? this.#doom(type.base, linked, doomed, true) : { _cnt: 0 } };
      }
    }
    return { ...counts, _cnt: fresh.length };
  }
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isRecord(value: Json): value is JsonRecord {
  return typeof value === 'object' && value !== null && !isList(value);
}

function names(content: JsonRecord): [string, Json][] {
  return Object.entries(content).filter(([key]) => !key.startsWith('_'));
}

function checkAttributes(content: JsonRecord, allowed: readonly string[]): void {
  for (const key of Object.keys(content))
    if (key.startsWith('_') && !allowed.includes(key)) fail(allKeys.includes(key) ? 1200 : 1201);
}

function attribute(content: JsonRecord, key: string, allowed: readonly string[]): Json {
  checkAttributes(content, allowed);
  if (names(content).length > 0) fail(1200);
  return content[key] ?? fail(1202);
}

function requireEmpty(content: JsonRecord): void {
  checkAttributes(content, headKeys);
  if (names(content).length > 0) fail(1500);
}

function text(value: Json): string {
  if (typeof value !== 'string') fail(1101);
  return value === '' ? fail(1501) : value;
}

function readTexts(value: Json | undefined): readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (!isList(value)) fail(1101);
  if (value.length === 0) fail(1501);
  if (!value.every((item) => typeof item === 'string')) fail(1101);
  return value;
}

function readOids(value: Json | undefined): readonly string[] | undefined {
  const oids = readTexts(value);
  if (oids?.some((oid) => !uuid.test(oid))) fail(1700);
  return oids;
}

function checkBoolean(value: Json | undefined): boolean {
  if (value !== undefined && typeof value !== 'boolean') fail(1101);
  return value ?? false;
}

function readRecord(value: Json | undefined): JsonRecord | undefined {
  if (value !== undefined && !isRecord(value)) fail(1101);
  return value;
}

/** What is added to a number fits a `decimal`, or is any whole number for the others. */
function checkAddition({ base, isArray }: MemberType, value: JsonRecord): void {
  const amount = value['_inc'];
  if (amount === undefined) fail(1102);
  if (Object.keys(value).length > 1) fail(1200);
  if (isArray || base === 'string' || base === 'bool') fail(1101);
  if (base === 'decimal' ? !fits(base, amount) : typeof amount !== 'bigint' && !Number.isInteger(amount)) fail(1102);
}

function readCount(value: Json | undefined, fallback: number, max: number): number {
  if (value === undefined) return fallback;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) fail(1101);
  return value > max ? fail(1503) : value;
}

function checkLink(object: JsonRecord): void {
  const oid = object['_oid'];
  if (oid === undefined) return;
  if (typeof oid !== 'string') fail(1101);
  if (Object.keys(object).length > 1) fail(1200);
  if (!uuid.test(oid)) fail(1700);
}

function fits(type: string, value: Json): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'bool':
      return typeof value === 'boolean';
    case 'decimal':
      return typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value));
    default: {
      if (typeof value !== 'bigint' && !Number.isInteger(value)) return false;
      const exact = BigInt(value as number);
      return type === 'int' ? exact === BigInt.asIntN(64, exact) : exact === BigInt.asUintN(64, exact);
    }
  }
}

/** Integers as `bigint`, so that equal ones are equal however they were written. */
function canonical(type: string, value: Json): Json {
  if (type === 'int' || type === 'uint') return BigInt(value as number);
  return type === 'decimal' ? Number(value) + 0 : value;
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b as string));
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
}

function passes(type: string, value: unknown, term: Json): boolean {
  if (!isRecord(term)) return compare(value, canonical(type, term)) === 0;
  return Object.entries(term).every(([operator, operand]) => {
    if (operator === 'in')
      return (operand as readonly Json[]).some((item) => compare(value, canonical(type, item)) === 0);
    if (operator === 'prefix') return (value as string).startsWith(operand as string);
    const order = compare(value, canonical(type, operand));
    if (operator === '==') return order === 0;
    if (operator === '!=') return order !== 0;
    if (operator.startsWith('<')) return order < 0 || (order === 0 && operator === '<=');
    return order > 0 || (order === 0 && operator === '>=');
  });
}
