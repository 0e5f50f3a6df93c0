import type { EncodeErrorCode } from './errors.js';
import { isPlainObject, isTypedArray, isWellFormed } from './plain-data.js';

/** The first thing in a value that an encoding does not carry. */
export interface Foreign {
  readonly code: EncodeErrorCode;
  readonly found: string;
  readonly path: string;
}

/**
 * Finds out why a value is refused. The slow half of the check: it runs only for values that {@link dataKind} did not
 * let pass.
 */
export function describeForeign(value: unknown, depthMax: number, allowBinary: boolean): Foreign {
  const search = new Search(depthMax, allowBinary);
  // Only a getter that changes its mind makes a value foreign once and then not.
  return search.visit(value, '$') ?? { code: 'encode_unsupported', found: 'a value that changes', path: '$' };
}

class Search {
  private readonly ancestors: object[] = [];

  constructor(
    private readonly depthMax: number,
    private readonly allowBinary: boolean,
  ) {}

  visit(value: unknown, path: string): Foreign | undefined {
    switch (typeof value) {
      case 'boolean':
        return undefined;
      case 'string':
        return isWellFormed(value) ? undefined : { code: 'encode_lone_surrogate', found: 'a lone surrogate', path };
      case 'number':
        return Number.isFinite(value) ? undefined : { code: 'encode_not_finite', found: String(value), path };
      case 'object':
        return value === null ? undefined : this.visitObject(value, path);
      case 'undefined':
        return { code: 'encode_unsupported', found: 'undefined', path };
      default:
        return { code: 'encode_unsupported', found: `a ${typeof value}`, path };
    }
  }

  private visitObject(value: object, path: string): Foreign | undefined {
    if (isTypedArray(value) && this.allowBinary) return undefined;
    const isArray = Array.isArray(value);
    if (!isArray && !isPlainObject(value)) return { code: 'encode_unsupported', found: describeClass(value), path };
    if (this.ancestors.includes(value)) return { code: 'encode_circular', found: 'a circular reference', path };
    if (this.ancestors.length >= this.depthMax) {
      return { code: 'encode_too_deep', found: `more than ${this.depthMax} levels of nesting`, path };
    }
    this.ancestors.push(value);
    const foreign = isArray ? this.visitElements(value, path) : this.visitProperties(value, path);
    this.ancestors.pop();
    return foreign;
  }

  private visitElements(values: readonly unknown[], path: string): Foreign | undefined {
    for (let at = 0; at < values.length; at++) {
      const foreign = this.visit(values[at], `${path}[${at}]`);
      if (foreign) return foreign;
    }
    return undefined;
  }

  private visitProperties(object: Record<string, unknown>, path: string): Foreign | undefined {
    for (const key of Object.keys(object)) {
      if (key === '__proto__') return { code: 'encode_forbidden_key', found: 'the key __proto__', path };
      if (!isWellFormed(key)) return { code: 'encode_lone_surrogate', found: 'a lone surrogate in a key', path };
      const foreign = this.visit(object[key], path + step(key));
      if (foreign) return foreign;
    }
    return undefined;
  }
}

/** How a key looks in a path; a long one is cut. */
function step(key: string): string {
  if (/^[A-Za-z_$][\w$]{0,63}$/.test(key)) return `.${key}`;
  return `[${JSON.stringify(key.length > 64 ? `${key.slice(0, 64)}…` : key)}]`;
}

function describeClass(value: object): string {
  const { constructor } = value as { constructor?: unknown };
  const name = typeof constructor === 'function' ? constructor.name : '';
  return name === '' ? 'an object with a prototype of its own' : `an instance of ${name}`;
}
