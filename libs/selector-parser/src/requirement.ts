import { parseInt64 } from './int64.js';
import { labelOf, type Labels } from './labels.js';

/**
 * How a requirement relates its key to its values, by the names Kubernetes' Go packages use: `=` and `==` mean the same
 * but stay as written, `gt` and `lt` are written `>` and `<`, `exists` is the bare key, `!` the key after `!`.
 */
export type Operator = '=' | '==' | '!=' | 'in' | 'notin' | 'gt' | 'lt' | 'exists' | '!';

/** From this many values on, a set is quicker than a scan. */
const scanMax = 8;

/** One condition of a selector. Its parser made sure that key and values are valid and fit the operator. */
export class Requirement {
  /** Sorted, without repeats: none for `exists` and `!`, one or more for `in` and `notin`, exactly one otherwise. */
  readonly values: readonly string[];
  /** A test of a label's value, `undefined` standing for a label that is absent. */
  private readonly holds: (value: string | undefined) => boolean;

  constructor(
    readonly key: string,
    readonly operator: Operator,
    values: readonly string[],
  ) {
    this.values = values.length > 1 ? [...new Set(values)].sort() : values;
    this.holds = makeTest(operator, this.values);
  }

  /** Whether labels fulfil this condition. */
  matches(labels: Labels): boolean {
    return this.holds(labelOf(labels, this.key));
  }

  /** The condition in canonical form. */
  toString(): string {
    switch (this.operator) {
      case 'exists':
        return this.key;
      case '!':
        return `!${this.key}`;
      case 'in':
      case 'notin':
        return `${this.key} ${this.operator} (${this.values.join(',')})`;
      default:
        return this.key + symbols[this.operator] + this.values.join('');
    }
  }
}

const symbols = { '=': '=', '==': '==', '!=': '!=', gt: '>', lt: '<' } as const;

function makeTest(operator: Operator, values: readonly string[]): (value: string | undefined) => boolean {
  const [first = ''] = values;
  switch (operator) {
    case 'exists':
      return (value) => value !== undefined;
    case '!':
      return (value) => value === undefined;
    case '=':
    case '==':
      return (value) => value === first;
    case '!=':
      return (value) => value !== first;
    case 'in':
      return makeMembershipTest(values);
    case 'notin': {
      const isMember = makeMembershipTest(values);
      return (value) => !isMember(value);
    }
    case 'gt':
    case 'lt':
      return makeOrderTest(operator, first);
  }
}

function makeMembershipTest(values: readonly string[]): (value: string | undefined) => boolean {
  if (values.length > scanMax) {
    const set: ReadonlySet<string | undefined> = new Set(values);
    return (value) => set.has(value);
  }
  const members: readonly (string | undefined)[] = values;
  return (value) => members.includes(value);
}

function makeOrderTest(operator: 'gt' | 'lt', bound: string): (value: string | undefined) => boolean {
  const right = parseInt64(bound);
  return (value) => {
    if (value === undefined || right === undefined) return false;
    const left = parseInt64(value);
    if (left === undefined) return false;
    return operator === 'gt' ? left > right : left < right;
  };
}
