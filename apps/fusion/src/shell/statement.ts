import { queryNames } from '@syncytium/fusion';

/** What the lines typed so far ask for. */
export type Statement =
  | { readonly kind: 'none' }
  /** More lines are needed. */
  | { readonly kind: 'open' }
  | { readonly kind: 'query'; readonly text: string }
  /** `\timing on`: its name without the backslash, and its words. */
  | { readonly kind: 'command'; readonly name: string; readonly words: readonly string[] }
  | { readonly kind: 'wrong'; readonly problem: string };

const shortForm = new RegExp(`^(${[...queryNames, 'CREATE_CLASS'].join('|')})\\b\\s*(\\{[^]*)?$`, 'i');

/** What is often typed without a backslash. */
const plainCommands: Readonly<Record<string, string>> = { help: 'help', quit: 'quit', exit: 'quit' };

/**
 * Reads what was typed: a query as JSON, or in short its name and what stands under it (`FIND {"Person":{}}`,
 * `classes`), over as many lines as its brackets are open; or a command that begins with a backslash.
 */
export function readStatement(typed: string): Statement {
  const text = typed.trim();
  if (text === '') return { kind: 'none' };
  if (text.startsWith('\\')) {
    const [name = '', ...words] = text.slice(1).split(/\s+/);
    return { kind: 'command', name, words };
  }
  const plain = Object.hasOwn(plainCommands, text) ? plainCommands[text] : undefined;
  if (plain !== undefined) return { kind: 'command', name: plain, words: [] };
  const [, name, body] = shortForm.exec(text) ?? [];
  if (name === undefined && !text.startsWith('{'))
    return { kind: 'wrong', problem: 'a query is JSON, or a name such as FIND and JSON; \\help tells more' };
  if (opensMore(body ?? text)) return { kind: 'open' };
  return { kind: 'query', text: name === undefined ? text : `{"${name.toUpperCase()}":${body ?? '{}'}}` };
}

/** Whether brackets are open at the end. A string is not carried over to another line. */
function opensMore(json: string): boolean {
  let depth = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
  }
  return depth > 0;
}
