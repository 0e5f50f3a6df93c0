import type { Actuation, Measurement } from './plant.js';

/** Volts for each metre, and for each metre per second. */
const proportional = 100;
const derivative = 0.6;

/** Answers each measurement of one shot; it remembers the one before, so it is made anew for each session. */
export class Controller {
  #before: Measurement | undefined;

  actuate(measured: Measurement): Actuation {
    const before = this.#before ?? measured;
    this.#before = measured;
    const elapsed = measured.time - before.time;
    const speed = elapsed === 0 ? 0 : (measured.position - before.position) / elapsed;
    return { voltage: -(proportional * measured.position + derivative * speed) };
  }
}
