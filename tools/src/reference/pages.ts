import { join } from 'node:path';
import { cliPage } from './cli-page.js';
import { errorsPage } from './errors-page.js';
import { httpPage } from './http-page.js';
import { metricsPage } from './metrics-page.js';

const root = join(import.meta.dirname, '../../..');

/** Where the pages are. */
export const referenceFolder = join(root, 'docs/reference');

/** A page of the reference, made from the code. */
export interface ReferencePage {
  readonly file: string;
  readonly text: string;
}

/** Every page, as it ought to be. */
export async function referencePages(): Promise<readonly ReferencePage[]> {
  return [
    page('cli.md', 'Commands', 'The help of every command, as it prints it.', cliPage()),
    page('http.md', 'HTTP', 'What the servers answer, from their `/openapi.json`.', await httpPage()),
    page('metrics.md', 'Metrics', 'What `GET /metrics` tells, beside figures of the process.', await metricsPage()),
    page('errors.md', 'Errors', 'What the libraries throw and the servers answer, by package.', errorsPage(root)),
  ];
}

function page(file: string, title: string, what: string, body: string): ReferencePage {
  return { file, text: `# ${title}\n\n${what} Made by \`npm run reference\`; do not edit.\n\n${body}\n` };
}
