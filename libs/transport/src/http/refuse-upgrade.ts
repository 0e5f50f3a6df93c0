import type { Duplex } from 'node:stream';
import { errorAnswer } from './error-answer.js';
import { endWithAnswer } from './raw-answer.js';

/** Answers a request for an upgrade with an error, in the form and status any other request gets it. */
export function refuseUpgrade(socket: Duplex, error: unknown): void {
  endWithAnswer(socket, errorAnswer(error));
}
