import { readFile, writeFile } from 'node:fs/promises';

/** Lines that are kept. */
export const historyMax = 1000;

/** What was typed before, the newest line first as readline wants it; nothing when there is no such file. */
export async function readHistory(path: string): Promise<string[]> {
  try {
    return (await readFile(path, 'utf8')).split('\n').filter(Boolean).slice(-historyMax).reverse();
  } catch {
    return [];
  }
}

/** Keeps what was typed, for this user only. A file that cannot be written is no reason to fail. */
export async function writeHistory(path: string, newestFirst: readonly string[]): Promise<void> {
  const lines = newestFirst.slice(0, historyMax).reverse();
  await writeFile(path, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 }).catch(() => undefined);
}
