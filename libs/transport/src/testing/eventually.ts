import { vi } from 'vitest';

/** Resolves as soon as the check passes. Only a test's own time limit ends it: how long anything takes says nothing. */
export function eventually(check: () => void): Promise<void> {
  return vi.waitFor(check, { timeout: 100_000, interval: 5 });
}
