import { type Json, type JsonRecord, fits } from './reference-values.js';
import type { MemberType } from './reference-world.js';

/** What ends a query. */
export class Failure extends Error {
  constructor(readonly errorCode: number) {
    super(`error ${errorCode}`);
  }
}

export function fail(errorCode: number): never {
  throw new Failure(errorCode);
}

export const scalars = ['string', 'int', 'uint', 'decimal', 'bool'];
export const headKeys = ['_qid', '_metrics', '_rsp', '_rspMode'];
export const reads = ['GET', 'FIND', 'COUNT', 'OIDS', 'CLASSES', 'INDEXES', 'SERVER_INFO', 'STATS', 'ERRORS'];
export const writes = ['STORE', 'UPDATE', 'DELETE', 'CREATE_CLASSES', 'CREATE_INDEX', 'DROP_INDEX', 'CLEAR'];
export const allKeys = [
  ...headKeys,
  ...['_class', '_objects', '_oid', '_oids', '_deep', '_where', '_confirm', '_limit', '_offset', '_sort', '_select'],
  ...['_type', '_index', '_if', '_inc', '_explain', '_ttl'],
];
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
export const name = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

export function isRecord(value: Json): value is JsonRecord {
  return typeof value === 'object' && value !== null && !isList(value);
}

export function names(content: JsonRecord): [string, Json][] {
  return Object.entries(content).filter(([key]) => !key.startsWith('_'));
}

export function checkAttributes(content: JsonRecord, allowed: readonly string[]): void {
  for (const key of Object.keys(content))
    if (key.startsWith('_') && !allowed.includes(key)) fail(allKeys.includes(key) ? 1200 : 1201);
}

export function attribute(content: JsonRecord, key: string, allowed: readonly string[]): Json {
  checkAttributes(content, allowed);
  if (names(content).length > 0) fail(1200);
  return content[key] ?? fail(1202);
}

export function requireEmpty(content: JsonRecord): void {
  checkAttributes(content, headKeys);
  if (names(content).length > 0) fail(1500);
}

export function text(value: Json): string {
  if (typeof value !== 'string') fail(1101);
  return value === '' ? fail(1501) : value;
}

export function readTexts(value: Json | undefined): readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (!isList(value)) fail(1101);
  if (value.length === 0) fail(1501);
  if (!value.every((item) => typeof item === 'string')) fail(1101);
  return value;
}

export function readOids(value: Json | undefined): readonly string[] | undefined {
  const oids = readTexts(value);
  if (oids?.some((oid) => !uuid.test(oid))) fail(1700);
  return oids;
}

export function checkBoolean(value: Json | undefined): boolean {
  if (value !== undefined && typeof value !== 'boolean') fail(1101);
  return value ?? false;
}

export function readRecord(value: Json | undefined): JsonRecord | undefined {
  if (value !== undefined && !isRecord(value)) fail(1101);
  return value;
}

/** What is added to a number fits a `decimal`, or is any whole number for the others. */
export function checkAddition({ base, isArray }: MemberType, value: JsonRecord): void {
  const amount = value['_inc'];
  if (amount === undefined) fail(1102);
  if (Object.keys(value).length > 1) fail(1200);
  if (isArray || base === 'string' || base === 'bool') fail(1101);
  if (base === 'decimal' ? !fits(base, amount) : typeof amount !== 'bigint' && !Number.isInteger(amount)) fail(1102);
}

export function readCount(value: Json | undefined, fallback: number, max: number): number {
  if (value === undefined) return fallback;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) fail(1101);
  return value > max ? fail(1503) : value;
}

export function checkLink(object: JsonRecord): void {
  const oid = object['_oid'];
  if (oid === undefined) return;
  if (typeof oid !== 'string') fail(1101);
  if (Object.keys(object).length > 1) fail(1200);
  if (!uuid.test(oid)) fail(1700);
}

/** The class that a query is about, its options, which stand beside the class or inside, and what else is inside. */
export function readRoot(
  content: JsonRecord,
  beside: readonly string[],
  inside: readonly string[],
): [string, JsonRecord, JsonRecord] {
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
