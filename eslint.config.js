import eslint from '@eslint/js';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Which layers a layer may import: arrows point down only, and no protocol imports another. */
const layers = {
  kit: [],
  codec: ['kit'],
  'selector-parser': [],
  transport: ['kit', 'codec'],
  program: ['kit'],
  testkit: ['kit'],
  protocol: ['kit', 'codec', 'selector-parser', 'transport'],
  app: ['kit', 'codec', 'selector-parser', 'transport', 'program', 'protocol'],
  suite: ['kit', 'codec', 'selector-parser', 'transport', 'program', 'protocol', 'app'],
  examples: ['kit', 'transport', 'program', 'protocol', 'app', 'suite'],
  tools: ['kit', 'codec', 'selector-parser', 'transport', 'program', 'protocol', 'app', 'suite', 'testkit'],
  e2e: ['kit', 'codec', 'selector-parser', 'transport', 'program', 'protocol', 'app', 'suite', 'testkit'],
};
const allow = (extra) =>
  Object.entries(layers).map(([layer, below]) => ({
    sourceTag: `layer:${layer}`,
    onlyDependOnLibsWithTags: [...below, ...extra].map((name) => `layer:${name}`),
  }));

/**
 * What holds for every layer. A protocol imports transport's drivers lazily, by the URL it is given, and transport's
 * interfaces and errors as usual: that one sub-path of a package is lazy says nothing about the others.
 */
const boundaries = {
  enforceBuildableLibDependency: false,
  allow: [],
  checkDynamicDependenciesExceptions: ['transport'],
};

/** Packages that are imported in exactly one sub-path of transport each (or, for the programs' needs, in program). */
const homes = {
  zeromq: 'libs/transport/src/zeromq/**',
  ioredis: 'libs/transport/src/redis/**',
  fastify: 'libs/transport/src/http/**',
  ws: 'libs/transport/src/ws/**',
  msgpackr: 'libs/codec/src/**',
  commander: 'libs/program/src/**',
  pino: 'libs/program/src/**',
  'prom-client': 'libs/program/src/**',
};
const onlyAtHome = Object.entries(homes).map(([name, home]) => ({ name, home }));
const restrict = (entries) => [
  'error',
  {
    paths: entries.map(({ name, home }) => ({
      name,
      message: `${name} is imported only in ${home.replace('/**', '')}.`,
    })),
  },
];

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '**/test-results/**',
      '**/*.d.ts',
      '.nx/**',
      '**/tmp/**',
      '**/vitest.config.ts',
      'vitest.base.ts',
    ],
  },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': ['error', { ...boundaries, depConstraints: allow([]) }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      'no-restricted-imports': restrict(onlyAtHome),
    },
  },
  // A driver may import its own package.
  ...onlyAtHome.map(({ name, home }) => ({
    files: [home],
    rules: {
      'no-restricted-imports': restrict(onlyAtHome.filter((entry) => entry.name !== name && entry.home !== home)),
    },
  })),
  // What a benchmark compares with is the bare package.
  { files: ['tools/src/bench/processes/**'], rules: { 'no-restricted-imports': 'off' } },
  {
    files: ['**/*.test.ts', '**/*.conformance.ts', '**/testing/**/*.ts'],
    rules: {
      '@nx/enforce-module-boundaries': ['error', { ...boundaries, depConstraints: allow(['testkit']) }],
      'no-restricted-imports': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        Buffer: 'readonly',
        URL: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        setTimeout: 'readonly',
      },
    },
  },
  prettier,
);
