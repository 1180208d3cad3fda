/**
 * A scale in a shelf, and what lies on it: it shows what is there with noise, drift and the hands that reach into it. It knows what is
 * really there, which a system under test does not.
 */
import { newId } from '../../platform/ids.js';
import type { ScaleFaults } from './day.js';
import type { Random } from './random.js';

export interface Weighed {
  readonly grams: number;
  readonly batteryPct: number;
  readonly bootId: string;
  readonly seq: number;
}

export interface ScaleOptions {
  readonly random: Random;
  readonly faults: ScaleFaults;
  readonly tareGrams: number;
  /** Of what lies on it at first, without the container. */
  readonly grams: number;
  readonly startsAt: number;
}

const NOISE_GRAMS = 0.6;
const HAND_GRAMS = { least: 150, most: 600 };
const HAND_MINUTES = 0.2;
const BROKEN_GRAMS = 4_000;
const BATTERY_AN_HOUR = 0.4;
const MINUTES_A_DAY = 1_440;

export class Scale {
  readonly #options: ScaleOptions;
  readonly #random: Random;
  #grams: number;
  #handUntil = Number.NEGATIVE_INFINITY;
  #handGrams = 0;
  #bootId = newId();
  #seq = 0;
  #stolenGrams = 0;
  #minute: number;

  constructor(options: ScaleOptions) {
    this.#options = options;
    this.#random = options.random;
    this.#grams = options.grams;
    this.#minute = options.startsAt;
  }

  /** What really lies on it. */
  get grams(): number {
    return this.#grams;
  }

  /** What was taken from it for no order so far. */
  get stolenGrams(): number {
    return this.#stolenGrams;
  }

  /** Takes so much of it, or what is there. @returns what was taken. */
  take(grams: number, minute: number): number {
    const taken = Math.min(this.#grams, Math.max(0, grams));
    this.#grams -= taken;
    this.#reachIn(minute);
    return taken;
  }

  put(grams: number, minute: number): void {
    this.#grams += grams;
    this.#reachIn(minute);
  }

  /** As a device does that has lost its power or its connection: what it sends from then on is of a new boot. */
  reboot(): void {
    this.#bootId = newId();
    this.#seq = 0;
  }

  /** Null once its battery is flat. */
  weigh(minute: number): Weighed | null {
    const { faults, tareGrams } = this.#options;
    this.#pass(minute);
    if (faults.flatAt !== null && minute >= faults.flatAt) return null;
    this.#seq += 1;
    return {
      grams: Math.max(0, Math.round(tareGrams + this.#shownGrams(minute))),
      batteryPct: this.#batteryAt(minute),
      bootId: this.#bootId,
      seq: this.#seq,
    };
  }

  #shownGrams(minute: number): number {
    const { faults } = this.#options;
    if (faults.brokenFrom !== null && minute >= faults.brokenFrom)
      return this.#random.uniform() * BROKEN_GRAMS;
    // It is set to zero every night.
    const drift = (faults.driftAnHour * (minute % MINUTES_A_DAY)) / 60;
    const hand = minute < this.#handUntil ? this.#handGrams : 0;
    return this.#grams + drift + hand + this.#random.normal() * NOISE_GRAMS;
  }

  #batteryAt(minute: number): number {
    const { faults, startsAt } = this.#options;
    // Charged every night.
    if (faults.flatAt === null) return Math.round(95 - (BATTERY_AN_HOUR * (minute % MINUTES_A_DAY)) / 60);
    return Math.max(1, Math.round((15 * (faults.flatAt - minute)) / (faults.flatAt - startsAt)));
  }

  /** What befalls it between the last time and this one. */
  #pass(minute: number): void {
    const { faults } = this.#options;
    const isDue = (at: number) => at > this.#minute && at <= minute;
    for (const at of faults.rebootsAt) {
      if (isDue(at)) this.reboot();
    }
    if (faults.theft !== null && isDue(faults.theft.at))
      this.#stolenGrams += this.take(this.#grams * faults.theft.share, minute);
    this.#minute = Math.max(this.#minute, minute);
  }

  #reachIn(minute: number): void {
    this.#handUntil = minute + HAND_MINUTES;
    this.#handGrams = this.#random.between(HAND_GRAMS.least, HAND_GRAMS.most);
  }
}
