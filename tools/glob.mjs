import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Files at `path` below every project folder (`apps/*`, `libs/*`, `tools`, `e2e`). */
export function globSync(root, path) {
  const projects = ['apps', 'libs'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(root, folder, name)),
  );
  return [...projects, join(root, 'tools'), join(root, 'e2e')].map((project) => join(project, path)).filter(existsSync);
}
