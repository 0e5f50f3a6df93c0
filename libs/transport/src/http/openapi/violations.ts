import type { OpenApiDocument, Schema, SchemaType } from './types.js';

/** Where a value is not as a schema of the document says, and how; empty when it is. */
export function violations(document: OpenApiDocument, schema: Schema, value: unknown, at = ''): string[] {
  if (schema.$ref !== undefined) {
    const named = findSchema(document, schema.$ref);
    return named ? violations(document, named, value, at) : [`${at} cannot be told: there is no ${schema.$ref}`];
  }
  if (schema.oneOf) {
    const fitting = schema.oneOf.filter((one) => violations(document, one, value, at).length === 0);
    return fitting.length === 1 ? [] : [`${at} fits ${fitting.length} of the alternatives`];
  }
  if (schema.enum && !schema.enum.includes(value as string)) return [`${at} is ${JSON.stringify(value)}`];
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length > 0 && !types.some((type) => isOfType(type, value)))
    return [`${at} is no ${types.join(' or ')}: ${JSON.stringify(value)}`];
  if (typeof value === 'number' && value < (schema.minimum ?? -Infinity)) return [`${at} is too small`];
  if (typeof value === 'number' && value > (schema.maximum ?? Infinity)) return [`${at} is too large`];
  if (typeof value === 'string' && value.length < (schema.minLength ?? 0)) return [`${at} is too short`];
  if (typeof value === 'string' && value.length > (schema.maxLength ?? Infinity)) return [`${at} is too long`];
  if (typeof value === 'string' && schema.pattern !== undefined && !new RegExp(schema.pattern).test(value))
    return [`${at} is no ${schema.pattern}`];
  if (Array.isArray(value) && value.length > (schema.maxItems ?? Infinity)) return [`${at} has too many items`];
  if (Array.isArray(value))
    return value.flatMap((item: unknown, i) => violations(document, schema.items ?? {}, item, `${at}/${i}`));
  if (!isOfType('object', value) || !types.includes('object')) return [];
  const object = value as Readonly<Record<string, unknown>>;
  const found = (schema.required ?? []).flatMap((name) => (name in object ? [] : [`${at} lacks ${name}`]));
  for (const [name, item] of Object.entries(object)) {
    const known = schema.properties?.[name] ?? schema.additionalProperties ?? true;
    if (known === false) found.push(`${at} has ${name}`);
    else if (known !== true) found.push(...violations(document, known, item, `${at}/${name}`));
  }
  return found;
}

/** The schema that a reference names. */
export function findSchema(document: OpenApiDocument, reference: string): Schema | undefined {
  const name = /^#\/components\/schemas\/(\w+)$/.exec(reference)?.[1] ?? '';
  return document.components.schemas[name];
}

function isOfType(type: SchemaType, value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}
