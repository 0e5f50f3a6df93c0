import { constants } from 'node:buffer';
import { longFrame } from '../bulk-store.js';
import { formatCount } from '../counted.js';
import type { BenchEntry } from '../entry.js';
import { ingestKeyValues } from '../ingest-key-values.js';
import { storeOfKeyValues } from '../key-values.js';

/** A little less than 1 GiB of JSON, which is the most that a server takes. */
const objectCount = 11_900_000;

/**
 * A query about as long as may be, twice as long as V8's longest text, so that nobody can have made one of it. The response
 * would be longer than any may be, so only the metrics are asked for. Nobody is beside it: to `JSON.parse` it is too long.
 */
export const fusionGigabyte: BenchEntry = {
  name: 'fusion/gigabyte',
  question: `how long does one STORE of ${formatCount(objectCount)} objects take, about 1 GB of JSON, and point reads meanwhile?`,
  unit: 'objects',
  prepare() {
    const store = storeOfKeyValues(objectCount, '"_rsp":"none","_metrics":true,');
    if (store.length <= constants.MAX_STRING_LENGTH) throw new Error(`${store.length} bytes would fit into a text`);
    const frame = longFrame(store);
    return Promise.resolve([{ name: 'fusion', role: 'ours', run: () => ingestKeyValues(frame, objectCount) }]);
  },
};
