/**
 * Selectors a second time, as short as it can be written: the text becomes a list of words and signs, the list becomes a
 * string of letters, and one regular expression says which strings are selectors.
 */
export interface ReferenceRequirement {
  readonly key: string;
  readonly sign: string;
  readonly values: readonly string[];
}

interface Token {
  /** `w` for a word, `i` for `in`, `n` for `notin`, `E` for `==`, `N` for `!=`, every other sign itself. */
  readonly letter: string;
  readonly text: string;
}

/** The requirements of a selector in the order written, or `undefined` where the text is none. */
export function referenceParse(text: string): ReferenceRequirement[] | undefined {
  const tokens = cut(text);
  const letters = tokens.map((token) => token.letter).join('');
  if (!/^(R(,R)*)?$/.test(letters.replace(requirement, 'R'))) return undefined;
  const result: ReferenceRequirement[] = [];
  for (const match of letters.matchAll(requirement)) {
    const parsed = readRequirement(tokens.slice(match.index, match.index + match[0].length));
    if (!isValid(parsed)) return undefined;
    result.push(parsed);
  }
  return result;
}

/** Whether labels fulfil all requirements. */
export function referenceMatches(
  requirements: readonly ReferenceRequirement[],
  labels: Readonly<Record<string, string>>,
): boolean {
  return requirements.every(({ key, sign, values }) => {
    const label = Object.entries(labels).find(([name]) => name === key);
    if (sign === '!') return !label;
    if (!label) return sign === '!=' || sign === 'notin';
    if (sign === '') return true;
    if (sign === '>' || sign === '<') {
      const left = toInteger(label[1]);
      const right = toInteger(values[0] ?? '');
      return left !== undefined && right !== undefined && (sign === '>' ? left > right : left < right);
    }
    return values.some((value) => value === label[1]) !== (sign === '!=' || sign === 'notin');
  });
}

/** The canonical text of requirements. */
export function referenceFormat(requirements: readonly ReferenceRequirement[]): string {
  const keys = [...new Set(requirements.map(({ key }) => key))].sort();
  return keys
    .flatMap((key) => requirements.filter((requirement) => requirement.key === key))
    .map(({ key, sign, values }) => {
      if (sign === '!') return `!${key}`;
      const list = [...new Set(values)].sort().join(',');
      return sign === 'in' || sign === 'notin' ? `${key} ${sign} (${list})` : `${key}${sign}${list}`;
    })
    .join(',');
}

const word = '[win]';
const requirement = new RegExp(
  `!${word}|${word}[in]\\(${word}?(?:,${word}?)*\\)|${word}[=EN]${word}?|${word}[<>]${word}|${word}`,
  'g',
);
const token = /[ \t\r\n]*(==|!=|[=!(),<>]|[^\0 \t\r\n=!(),<>]+)\0?/y;

function cut(text: string): Token[] {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const found = match[1] ?? '';
    const letters: Readonly<Record<string, string>> = { in: 'i', notin: 'n', '==': 'E', '!=': 'N' };
    const special = Object.hasOwn(letters, found) ? letters[found] : undefined;
    tokens.push({ letter: special ?? (/^[=!(),<>]$/.test(found) ? found : 'w'), text: found });
  }
  return tokens;
}

function readRequirement(tokens: readonly Token[]): ReferenceRequirement {
  const texts = tokens.map(({ text }) => text);
  const [first = '', second = ''] = texts;
  if (first === '!') return { key: second, sign: '!', values: [] };
  if (texts.length === 1) return { key: first, sign: '', values: [] };
  if (texts[2] !== '(') return { key: first, sign: second, values: [texts[2] ?? ''] };
  // Between the parentheses: a comma is the only sign there, so what lies between commas is one word or nothing.
  return { key: first, sign: second, values: texts.slice(3, -1).join('').split(',') };
}

function isValid({ key, sign, values }: ReferenceRequirement): boolean {
  const name = /^(?=.{1,63}$)[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
  const prefix = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
  const parts = key.split('/');
  if (parts.length > 2 || !name.test(parts.at(-1) ?? '')) return false;
  if (parts.length === 2 && !prefix.test(parts[0] ?? '')) return false;
  if (!values.every((value) => value === '' || name.test(value))) return false;
  return (sign !== '>' && sign !== '<') || toInteger(values[0] ?? '') !== undefined;
}

function toInteger(text: string): bigint | undefined {
  if (!/^[-+]?[0-9]+$/.test(text)) return undefined;
  const value = BigInt(text.replace('+', ''));
  return BigInt.asIntN(64, value) === value ? value : undefined;
}
