import { register, type Cell } from '@syncytium/thynapse';
import type { Print } from './take-tour.js';

/** A web service says that somebody registered: a log hears it, and exactly one of two mail cells handles it. */
export async function tourThynapse([address = '']: readonly string[], print: Print): Promise<void> {
  const cells: Cell[] = [];
  const join = async (service: string): Promise<Cell> => {
    const cell = await register(service, address);
    cells.push(cell);
    return cell;
  };
  try {
    const log = await join('log');
    const heard = new Promise<void>((resolve, reject) => {
      const listening = log.all.on('web::*', ({ channel, data }) => {
        print(`log     hears ${channel} ${JSON.stringify(data)} (multicatch: every listener)`);
        resolve();
      });
      listening.catch(reject);
    });
    for (const name of ['mail 1', 'mail 2']) {
      const mail = await join('mail');
      await mail.on('web::registered', ({ channel }) => {
        print(`${name}  handles ${channel} (anycatch: one cell of the service)`);
        return `a letter from ${name}`;
      });
    }
    const web = await join('web');
    print('web     sends web::registered {"name":"Ada"} and waits for the answer');
    const answer = await web.request('web::registered', { name: 'Ada' });
    await heard;
    print(`web     got ${JSON.stringify(answer)}`);
  } finally {
    await Promise.all(cells.map((cell) => cell.close()));
  }
}
