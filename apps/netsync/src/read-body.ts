import { isUtf8 } from 'node:buffer';
import { BadJsonError, parseJsonBody } from '@syncytium/transport/http';
import { parseDocument } from 'yaml';
import { BadBodyError, MediaTypeError } from './errors.js';

/** Formats of a body, as the parameter `input` names them; `url` is that of HTML forms. */
export const bodyFormats = ['json', 'yaml', 'url'] as const;
export type BodyFormat = (typeof bodyFormats)[number];

const formatByType: Readonly<Record<string, BodyFormat>> = {
  'application/json': 'json',
  'application/yaml': 'yaml',
  'application/x-yaml': 'yaml',
  'text/yaml': 'yaml',
  'text/x-yaml': 'yaml',
  'application/x-www-form-urlencoded': 'url',
};

/** Content types that are understood. */
export const bodyTypes: readonly string[] = Object.keys(formatByType);

/** The format that a content type stands for. Throws {@link MediaTypeError} when there is none. */
export function formatOfType(contentType = ''): BodyFormat {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const format = Object.hasOwn(formatByType, type) ? formatByType[type] : undefined;
  if (format === undefined) throw new MediaTypeError(type || 'of no type', bodyTypes);
  return format;
}

/** The parameters in a body, by name. Throws {@link BadBodyError} or `BadJsonError`. */
export function readBody(body: Buffer, format: BodyFormat): Readonly<Record<string, unknown>> {
  switch (format) {
    case 'json':
      return objectOf(parseJsonBody(body), 'JSON');
    case 'yaml':
      return objectOf(parseYaml(textOf(body, 'YAML')), 'YAML');
    case 'url':
      return formOf(textOf(body, 'form data'));
  }
}

function textOf(body: Buffer, format: string): string {
  if (!isUtf8(body)) throw new BadBodyError(format, 'it is not UTF-8');
  return body.toString();
}

/** All scalars are text, as in a URL: `payload: 007` is not a number. Aliases, which can blow a text up, are refused. */
function parseYaml(text: string): unknown {
  try {
    const document = parseDocument(text, { schema: 'failsafe', uniqueKeys: true });
    const [error] = document.errors;
    if (error) throw error;
    return document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    // The first line says it; the others draw the place.
    const [problem = 'it cannot be read'] = error instanceof Error ? error.message.split('\n', 1) : [];
    throw new BadBodyError('YAML', problem);
  }
}

/** Of a name given twice both values are kept, as in a query, so that it can be refused. */
function formOf(text: string): Readonly<Record<string, unknown>> {
  const form = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of new URLSearchParams(text)) form[name] = name in form ? [form[name], value].flat() : value;
  return form;
}

function objectOf(value: unknown, format: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  if (format === 'JSON') throw new BadJsonError('it is not an object');
  throw new BadBodyError(format, 'it is not a mapping of names to values');
}
