import { expect, test } from 'vitest';
import { judge } from './kill-judge.js';
import { LoadedNetwork, members } from './loaded-network.js';
import { NoteLog } from './note-log.js';

/** Events that are accepted before the next process is replaced. */
const eventsBetween = 100;

test(
  'a network is upgraded process by process under load: nothing is lost, and nothing done twice',
  { timeout: 120_000 },
  async () => {
    const log = new NoteLog();
    const network = await LoadedNetwork.start(log);
    try {
      for (const kind of members)
        for (let replaced = 0; replaced < network.countOf(kind); replaced++) {
          await log.until(log.accepted + eventsBetween);
          await network.replaceOldest(kind);
        }
      await log.until(log.accepted + eventsBetween);
      await network.finish();
    } catch (error) {
      throw new Error(await network.describe(), { cause: error });
    }
    const { accepted, ...verdict } = judge(log.notes, new Set());
    expect(verdict).toMatchObject({ lost: [], answeredTwice: [], handledAgain: 0, failed: [] });
    expect(accepted).toBeGreaterThan(15 * eventsBetween);
  },
);
