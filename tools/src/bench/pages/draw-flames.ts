import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readProfiles } from '../profiles.js';
import { drawChart } from './chart.js';
import { flameChart } from './flame-chart.js';

/** Draws a flame graph of every profile in a folder, into that folder. Returns the files. */
export async function drawFlames(folder: string): Promise<readonly string[]> {
  const files: string[] = [];
  for (const { name, profile } of readProfiles(folder)) {
    const file = join(folder, `${name}.svg`);
    writeFileSync(file, await drawChart(flameChart(profile, name)));
    files.push(file);
  }
  return files;
}
