import type { RouteOptions } from 'fastify';

/**
 * The routes of a host, to tell a path that does not exist from one that exists for other methods. Looked at only when
 * no route was found, so it need not be fast.
 */
export class RouteTable {
  readonly #methods = new Map<string, Set<string>>();

  add({ url, method }: RouteOptions): void {
    const methods = this.#methods.get(url) ?? new Set();
    for (const name of [method].flat()) methods.add(name);
    this.#methods.set(url, methods);
  }

  /** Methods of all routes whose pattern fits the path, sorted. */
  methodsOf(path: string): string[] {
    const found = new Set<string>();
    for (const [pattern, methods] of this.#methods) {
      if (fits(pattern.split('/'), path.split('/'))) for (const method of methods) found.add(method);
    }
    return [...found].sort();
  }
}

/** `:name` stands for any one segment that is not empty, `*` for all the rest. */
function fits(pattern: readonly string[], path: readonly string[]): boolean {
  for (const [i, segment] of pattern.entries()) {
    if (segment === '*') return true;
    const given = path[i];
    if (given === undefined) return false;
    if (segment.includes(':') ? given === '' : segment !== given) return false;
  }
  return pattern.length === path.length;
}
