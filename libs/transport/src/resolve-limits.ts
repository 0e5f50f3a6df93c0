import { InvalidArgumentError } from '@syncytium/kit';

/** The defaults with `given` in place; throws {@link InvalidArgumentError} for what is no whole number of at least 1. */
export function resolveLimits<L extends object>(defaults: L, given: Partial<L> = {}): L {
  const limits = { ...defaults, ...given };
  for (const [name, value] of Object.entries<unknown>(limits)) {
    if (!Number.isSafeInteger(value) || Number(value) < 1)
      throw new InvalidArgumentError(`limits.${name}`, `must be a whole number of at least 1, got ${String(value)}`);
  }
  return limits;
}
