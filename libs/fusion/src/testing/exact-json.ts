import type { Json } from './reference-values.js';

/** `JSON.parse`, but integers it would round become texts. */
export function parseExact(text: string): unknown {
  return JSON.parse(text.replaceAll(/(?<=[:[,])-?\d{16,}(?=[,\]}])/g, '"$&"'));
}

/** JSON with exact integers. */
export function toJson(value: Json): string {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => toJson(item)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}:${toJson(item)}`)
    .join(',')}}`;
}
