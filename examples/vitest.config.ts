import { vitestConfig } from '../vitest.base.ts';

export default vitestConfig(import.meta.dirname);
