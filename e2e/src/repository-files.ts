import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './run-program.js';

const skipped = new Set(['node_modules', 'dist', 'test-results', 'tmp']);

/** Paths of the repository's own files below a folder that end so, relative to the repository's root. */
export function repositoryFiles(ending: string, folder = '.'): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(root, folder, entry.name);
    if (!entry.isDirectory()) return entry.name.endsWith(ending) ? [relative(root, path)] : [];
    return skipped.has(entry.name) || entry.name.startsWith('.') ? [] : repositoryFiles(ending, relative(root, path));
  });
}
