import { documentedPrograms, withServer } from './programs.js';
import { markdownTable } from '../markdown-table.js';

interface OpenApi {
  readonly info: { readonly title: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly responses: Readonly<Record<string, { readonly description?: string }>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly description?: string;
  readonly required?: boolean;
  readonly schema?: { readonly default?: unknown };
}

/** What every server answers over HTTP, from its own `/openapi.json`. */
export async function httpPage(): Promise<string> {
  const sections: string[] = [];
  for (const one of documentedPrograms) {
    const response = await withServer(one, async (url) => {
      const answer = await fetch(`${url}/openapi.json`);
      return answer.ok ? ((await answer.json()) as OpenApi) : undefined;
    });
    if (!response) throw new Error(`${one.title} has no /openapi.json`);
    const operations = Object.entries(response.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => describeOperation(method, path, operation)),
    );
    sections.push(`## ${one.title}`, ...operations);
  }
  return sections.join('\n\n');
}

function describeOperation(
  method: string,
  path: string,
  { summary, description, parameters = [], responses }: Operation,
): string {
  const parts = [`### ${method.toUpperCase()} ${path}`, [summary, description].filter(Boolean).join(' ')];
  if (parameters.length > 0)
    parts.push(
      markdownTable(
        ['parameter', 'in', 'default', 'what'],
        parameters.map(({ name, in: place, description: what = '', required, schema }) => [
          `\`${name}\``,
          place,
          required ? 'required' : schema?.default === undefined ? '' : `\`${JSON.stringify(schema.default)}\``,
          what,
        ]),
      ),
    );
  const answers = Object.entries(responses).map(([status, { description: what = '' }]) => [status, what]);
  parts.push(markdownTable(['status', 'when'], answers));
  return parts.filter((part) => part !== '').join('\n\n');
}
