import type { AskedCell } from '../wire/cell-name.js';
import { thidLength } from '../wire/wire.js';

/** Neither a service nor a THID has one. */
const separator = '*';

/**
 * What is asked of every cell makes a task for each, as if each were a service of its own: `<service>*<id of the cell>`. So
 * all that is promised of tasks holds for it. [T-48]
 */
export function soloName({ service, id }: AskedCell): string {
  return service + separator + id;
}

/** The cell that such a name stands for; `undefined` for the name of a service. */
export function readSolo(name: string): AskedCell | undefined {
  const at = name.length - thidLength - 1;
  return name[at] === separator ? { service: name.slice(0, at), id: name.slice(at + 1) } : undefined;
}
