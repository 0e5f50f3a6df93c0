import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RegressionsError } from './errors.js';

/** A seed that once failed and is run first ever since. */
export interface Regression {
  readonly seed: number;
  /** What it found, for whoever meets it again. */
  readonly why: string;
}

/** `a transmitter with crashes` is kept in `a-transmitter-with-crashes.json`. */
export function regressionsFile(folder: string | URL, simulation: string): string {
  const slug = simulation
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return join(folder instanceof URL ? fileURLToPath(folder) : folder, `${slug}.json`);
}

/**
 * The kept seeds of a simulation: a JSON list of `{"seed": 42, "why": "..."}`. A file that is not there is an empty
 * list; one that cannot be understood throws {@link RegressionsError}.
 */
export async function readRegressions(file: string): Promise<readonly Regression[]> {
  let entries: unknown;
  try {
    entries = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return [];
    throw new RegressionsError(file, 'cannot be read as JSON', error);
  }
  if (!Array.isArray(entries) || !entries.every(isRegression))
    throw new RegressionsError(file, 'must be a list of {"seed": number, "why": text}');
  return entries;
}

function isRegression(entry: unknown): entry is Regression {
  if (typeof entry !== 'object' || entry === null) return false;
  const { seed, why } = entry as Partial<Regression>;
  return Number.isSafeInteger(seed) && typeof why === 'string';
}
