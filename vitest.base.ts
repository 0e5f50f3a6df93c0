import { basename } from 'node:path';
import { defineConfig } from 'vitest/config';

/**
 * The settings every project of the workspace tests with. Workspace packages resolve to their TypeScript sources,
 * so unit tests need no build; results go to `test-results/` for the summary of `npm test`.
 */
export function vitestConfig(projectDir: string) {
  return defineConfig({
    root: projectDir,
    resolve: { conditions: ['@syncytium/source'] },
    ssr: { resolve: { conditions: ['@syncytium/source', 'node', 'import', 'module', 'default'] } },
    test: {
      name: basename(projectDir),
      include: ['src/**/*.test.ts'],
      environment: 'node',
      pool: 'forks',
      maxWorkers: 2,
      // Only ends what hangs: a shared machine may be slow by a factor of ten.
      testTimeout: 120_000,
      hookTimeout: 120_000,
      passWithNoTests: true,
      reporters: [['default', { summary: false }], 'json'],
      outputFile: { json: `${projectDir}/test-results/vitest.json` },
    },
  });
}
