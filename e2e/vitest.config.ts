import { defineConfig } from 'vitest/config';
import { vitestConfig } from '../vitest.base.ts';

const base = vitestConfig(import.meta.dirname);
const { include = [], ...settings } = base.test ?? {};
const startTest = 'src/start.test.ts';

// `npm start` builds, and for a moment may take away what other tests run: it comes first, alone.
export default defineConfig({
  ...base,
  test: {
    ...settings,
    projects: [
      { extends: true, test: { name: 'start', include: [startTest], sequence: { groupOrder: 0 } } },
      { extends: true, test: { name: 'e2e', include, exclude: [startTest], sequence: { groupOrder: 1 } } },
    ],
  },
});
