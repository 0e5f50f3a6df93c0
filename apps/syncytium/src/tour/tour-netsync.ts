import { fetchJson } from './fetch-json.js';
import type { Print } from './take-tour.js';

/** A vending machine and its customer meet at the event `coin`; while one is alone, its wait is visible. */
export async function tourNetsync([base = '']: readonly string[], print: Print): Promise<void> {
  print('VM    GET /event?event=coin&actor=VM&payload=chocolate');
  const machine = fetchJson(`${base}/event?event=coin&actor=VM&payload=chocolate`);
  print(`      ... ${await firstWait(base)}`);
  print('CUST  GET /event?event=coin&actor=CUST&payload=a+coin');
  const customer = fetchJson(`${base}/event?event=coin&actor=CUST&payload=a+coin`);
  const [forMachine, forCustomer] = await Promise.all([machine, customer]);
  print(`VM    got ${forMachine}`);
  print(`CUST  got ${forCustomer}`);
}

/** What `GET /waits` says of the machine, as soon as its request has arrived. */
async function firstWait(base: string): Promise<string> {
  for (;;) {
    const { waits } = JSON.parse(await fetchJson(`${base}/waits`)) as { waits: { who: string; what: string }[] };
    const [wait] = waits;
    if (wait) return `GET /waits says: ${wait.who} waits for ${wait.what}`;
  }
}
