import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { root } from '../setup.mjs';

interface Graph {
  readonly nodes: Readonly<Record<string, unknown>>;
  readonly dependencies: Readonly<Record<string, readonly { target: string }[]>>;
}
let graph: Graph;

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'syncytium-graph-'));
  const file = join(folder, 'graph.json');
  const { status, stderr } = spawnSync('npx', ['nx', 'graph', `--file=${file}`], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NX_DAEMON: 'false' },
  });
  expect(status, stderr).toBe(0);
  ({ graph } = JSON.parse(readFileSync(file, 'utf8')) as { graph: Graph });
  rmSync(folder, { recursive: true });
});

const targets = (project: string): string[] => (graph.dependencies[project] ?? []).map(({ target }) => target);

/** Everything a project stands on; a project that stands on itself is in a cycle. */
function below(project: string, seen = new Set<string>()): Set<string> {
  for (const target of targets(project)) {
    if (seen.has(target)) continue;
    seen.add(target);
    below(target, seen);
  }
  return seen;
}

test('no project of the workspace depends on itself, near or far', () => {
  const projects = Object.keys(graph.nodes);
  expect(projects).toEqual(expect.arrayContaining(['kit', 'transport', 'netsync', 'netsync-server', 'syncytium']));
  expect(projects.filter((project) => below(project).has(project))).toEqual([]);
});

test('kit and selector-parser stand on nothing of the workspace', () => {
  const workspace = new Set(Object.keys(graph.nodes));
  expect(targets('kit').filter((target) => workspace.has(target))).toEqual([]);
  expect(targets('selector-parser').filter((target) => workspace.has(target))).toEqual([]);
});
