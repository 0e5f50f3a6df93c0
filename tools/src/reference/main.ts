import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { referenceFolder, referencePages } from './pages.js';

mkdirSync(referenceFolder, { recursive: true });
for (const { file, text } of await referencePages()) writeFileSync(join(referenceFolder, file), text);
