import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';
import { afterAll } from 'vitest';

const libs = fileURLToPath(new URL('../../../', import.meta.url));
const outDir = fileURLToPath(new URL(`../../node_modules/.cache/worker-${process.pid}/`, import.meta.url));

/**
 * The module that worker threads run, made of the sources as they are: a test needs no build, and a thread of Node reads
 * no TypeScript.
 *
 * @param before JavaScript that runs first, in the folder of the module.
 */
export function makeWorkerEntry(before = ''): URL {
  for (const lib of ['kit', 'codec', 'fusion'])
    for (const name of readdirSync(join(libs, lib, 'src'), { recursive: true, encoding: 'utf8' }))
      if (name.endsWith('.ts') && !/testing|\.(test|conformance)\.ts$/.test(name)) transpile(lib, name);
  afterAll(() => rmSync(outDir, { recursive: true, force: true }));
  const entry = join(outDir, 'fusion/engine/threads/test-main.js');
  // Imports run before whatever else a module says, so what runs first is a module of its own.
  writeFileSync(join(dirname(entry), 'test-before.js'), before);
  writeFileSync(entry, "import './test-before.js';\nimport './worker-main.js';\n");
  return pathToFileURL(entry);
}

function transpile(lib: string, name: string): void {
  const source = readFileSync(join(libs, lib, 'src', name), 'utf8');
  const target = join(outDir, lib, name.replace(/ts$/, 'js'));
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  const toRoot = relative(dirname(target), outDir);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, outputText.replace(/'@syncytium\/(kit|codec)'/g, `'${toRoot}/$1/index.js'`));
}
