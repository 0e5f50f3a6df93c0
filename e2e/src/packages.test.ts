import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from './run-program.js';

const run = promisify(execFile);
const libs = ['kit', 'codec', 'selector-parser', 'transport', 'fxp', 'thynapse', 'fusion', 'netsync'] as const;
type Lib = (typeof libs)[number];
const heavy = ['zeromq', 'ioredis', 'fastify', 'ws', 'pino', 'commander'];

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

let folder: string;
const tarballs = new Map<string, string>();
const manifests = new Map<Lib, Manifest>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'syncytium-pack-'));
  for (const lib of libs) {
    const dir = join(root, 'libs', lib);
    const manifest = JSON.parse(await readFile(join(dir, 'package.json'), 'utf8')) as Manifest;
    const { stdout } = await run('npm', ['pack', '--json', `--pack-destination=${folder}`], { cwd: dir });
    const [packed] = Object.values(JSON.parse(stdout) as Record<string, { filename: string }>);
    tarballs.set(manifest.name, join(folder, packed?.filename ?? 'none'));
    manifests.set(lib, manifest);
  }
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** The tarballs of a package and of all it stands on in this workspace: none of them is in a registry yet. */
function withDependencies(name: string, found = new Set<string>()): Set<string> {
  const tarball = tarballs.get(name);
  if (tarball === undefined || found.has(tarball)) return found;
  found.add(tarball);
  const manifest = [...manifests.values()].find((known) => known.name === name);
  for (const dependency of Object.keys(manifest?.dependencies ?? {})) withDependencies(dependency, found);
  return found;
}

describe.each(libs)('@syncytium/%s, packed and installed alone into an empty folder,', (lib) => {
  test('imports, has its types, and brings no heavy driver', async () => {
    const manifest = manifests.get(lib)!;
    const project = join(folder, lib);
    await run('mkdir', [project]);
    await writeFile(join(project, 'package.json'), '{"type":"module","private":true}');
    const tarball = [...withDependencies(manifest.name)];
    await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', ...tarball], {
      cwd: project,
    });

    expect(heavy.filter((name) => existsSync(join(project, 'node_modules', name)))).toEqual([]);
    // Drivers of transport need the package they drive, which is the user's to install.
    const drivers = ['./redis', './zeromq', './http', './ws'];
    const entries = Object.keys(manifest.exports).filter(
      (entry) => entry !== './package.json' && !drivers.includes(entry),
    );
    for (const entry of entries) {
      const specifier = entry.replace('.', manifest.name);
      const script = `const all = await import('${specifier}'); process.stdout.write(String(Object.keys(all).length));`;
      const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: project });
      expect([specifier, Number(stdout) > 0]).toEqual([specifier, true]);
      const target = manifest.exports[entry];
      const types = typeof target === 'object' ? target.types : undefined;
      expect(existsSync(join(project, 'node_modules', manifest.name, types ?? 'none'))).toBe(true);
    }
    expect(existsSync(join(project, 'node_modules', manifest.name, 'README.md'))).toBe(true);
    expect(existsSync(join(project, 'node_modules', manifest.name, 'LICENSE'))).toBe(true);
  });
});
