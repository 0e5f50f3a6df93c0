/** What a shot's plant measures at one instant. */
export type Measurement = {
  /** Seconds since the shot began. */
  readonly time: number;
  /** Vertical position of the plasma, in metres. */
  readonly position: number;
};

/** What the controller answers. */
export type Actuation = {
  /** Of the coil, in volts. */
  readonly voltage: number;
};

/** How fast the position runs away by itself, per second: an elongated plasma is unstable. */
const growthRate = 200;
/** Metres per second for each ampere in the coil. */
const push = 1;
/** Ohm and henry of the coil: its current follows its voltage only slowly. */
const resistance = 0.01;
const inductance = 0.001;
/** The power supply gives no more, in volts. */
const voltageMax = 500;

/** The vertical position of a plasma and the coil that is to hold it: the plasma code's part, made as small as can be. */
export class Plant {
  #time = 0;
  #current = 0;
  #position: number;

  constructor(position: number) {
    this.#position = position;
  }

  measure(): Measurement {
    return { time: this.#time, position: this.#position };
  }

  /** Lets so many seconds go by. */
  advance({ voltage }: Actuation, seconds: number): void {
    const given = Math.max(-voltageMax, Math.min(voltageMax, voltage));
    this.#current += ((given - resistance * this.#current) / inductance) * seconds;
    this.#position += (growthRate * this.#position + push * this.#current) * seconds;
    this.#time += seconds;
  }
}
