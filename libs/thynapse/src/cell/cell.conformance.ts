import type { Sockets } from '@syncytium/transport';
import { cellWorld } from '../testing/cell-world.js';
import { anycatchConformance } from './cell-anycatch.conformance.js';
import { lineConformance } from './cell-line.conformance.js';
import { multicatchConformance } from './cell-multicatch.conformance.js';
import { requestConformance } from './cell-request.conformance.js';
import { wireConformance } from './cell-wire.conformance.js';

/** What the library does over every driver of sockets. */
export function cellConformance(makeSockets: () => Sockets, anyAddress: string): void {
  const world = cellWorld(makeSockets, anyAddress);
  wireConformance(world);
  multicatchConformance(world);
  anycatchConformance(world);
  requestConformance(world);
  lineConformance(world);
}
