import { documentedPrograms, withServer } from './programs.js';
import { markdownTable } from '../markdown-table.js';

/** Every metric of every server, from its own `/metrics`. Those of the process and of Node are left out. */
export async function metricsPage(): Promise<string> {
  const sections: string[] = [];
  for (const one of documentedPrograms) {
    const text = await withServer(one, async (url) => (await fetch(`${url}/metrics`)).text());
    const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]));
    const rows = [...text.matchAll(/^# HELP (\S+) (.*)$/gm)].map(([, name = '', help = '']) => [
      `\`${name}\``,
      types.get(name) ?? '',
      help,
    ]);
    if (rows.length === 0) throw new Error(`${one.title} has no metrics`);
    sections.push(`## ${one.title}`, markdownTable(['metric', 'type', 'what'], rows));
  }
  return sections.join('\n\n');
}
