/** Plays the day: who does what until it ends, the progress meanwhile, and what really happened in the end. */
import { setMaxListeners } from 'node:events';
import { Caller } from './caller.js';
import { readOutlets, readRecipes } from './chain.js';
import { Clock } from './clock.js';
import { type Day, planDay, planFaults, withoutIncidents } from './day.js';
import { deliver } from './deliveries.js';
import { Guests } from './guests.js';
import { Kitchen } from './kitchen.js';
import type { SimulateOptions } from './options.js';
import { Pace } from './pace.js';
import type { ProgressLine } from './progress-line.js';
import { Random } from './random.js';
import { Devices, placeScales, type Station } from './shelves.js';
import { Tally } from './tally.js';

export interface Truth {
  readonly seed: string;
  readonly shelves: readonly {
    readonly id: string;
    readonly outlet: string;
    readonly item: string;
    readonly stockItemId: string;
    /** What lies on it in the end, and what was taken from it for no order. */
    readonly grams: number;
    readonly stolenGrams: number;
    readonly isBroken: boolean;
    readonly isFlat: boolean;
  }[];
}

/** Each costs a hash of a password at sign-up and at sign-in. */
const MAXIMUM_GUESTS = 20;
const VISITS_AT_ONCE = 200;
const READINGS_AT_ONCE = 1_000;
/** At night, so that a live system is never still. */
const LEAST_GUESTS = 0.3;
const PROGRESS_MILLISECONDS = 1_000;

export async function playDay(
  options: SimulateOptions,
  signal: AbortSignal,
  progress: ProgressLine,
): Promise<Truth> {
  const { url, mqttUrl, seed, speed, from, realMinutes, ordersAMinute, readingsASecond } = options;
  const random = new Random(seed);
  const tally = new Tally();
  const until = from + (Number.isFinite(realMinutes) ? realMinutes * speed : 1_440);
  const day = planDay(random);

  progress.show('Reading outlets, menus, recipes and shelves');
  const headOffice = new Caller(url, 'hq@kedai.test');
  const outlets = await readOutlets(headOffice, options.outlets);
  const recipes = await readRecipes(headOffice);
  const shelves = placeScales(outlets, (scales) => faultsOf(options, random, scales, until), random, from);
  progress.show('Guests sign up');
  const guestCount = Math.min(MAXIMUM_GUESTS, Math.max(3, Math.ceil(ordersAMinute / 10)));
  const guests = await Guests.signUp(url, seed, guestCount, outlets, random.fork('guests'), tally);

  const ending = new AbortController();
  const devices = await Devices.signIn(mqttUrl, tally, shelves.stations, signal, (signedIn) =>
    progress.show(`${signedIn} of ${shelves.stations.length} devices have signed in`),
  );
  const end = AbortSignal.any([signal, ending.signal]);
  // Each that waits listens to it.
  setMaxListeners(0, end);
  const clock = new Clock(from, speed, end);
  const mean = day.meanGuests(from, until);
  const orders = new Pace({
    clock,
    perSecond: () => (ordersAMinute / 60) * guestsNow(day, clock.minute, mean),
    atOnce: VISITS_AT_ONCE,
    one: () => guests.visit(),
  });
  const readings = new Pace({
    clock,
    perSecond: () => readingsASecond,
    atOnce: READINGS_AT_ONCE,
    one: () => devices.publishNext(clock.minute),
  });
  const parts = [
    orders.run(),
    readings.run(),
    ...outlets.flatMap((outlet, index) => {
      const own = random.fork(`outlet ${index}`);
      const kitchen = new Kitchen({
        staff: headOffice,
        outlet,
        recipes,
        shelves,
        day,
        clock,
        random: own,
        tally,
      });
      return [kitchen.work(), deliver({ staff: headOffice, outlet, shelves, clock, tally })];
    }),
  ];
  const { refused } = devices;
  progress.say(
    `${outlets.length} outlets are open, ${shelves.stations.length - refused} scales weigh; the day begins at ${clock.text()}.`,
  );
  if (refused > 0) progress.say(`${refused} shelves have tokens of their own and stay silent.`);
  while (!clock.hasEnded && clock.realSeconds < realMinutes * 60) {
    await clock.passReal(PROGRESS_MILLISECONDS);
    progress.show(lineOf(clock, day, { orders, readings, guests, tally }));
    if (devices.areTakenOver) {
      progress.say(
        'Another process signs in as the same devices, such as a second simulate or a system with --live.',
      );
      break;
    }
  }
  ending.abort();
  progress.show('Kitchens hand out what they are making');
  devices.end();
  await Promise.all(parts);
  const truth = truthOf(seed, shelves.stations, clock.minute);
  progress.say(`The day ends at ${clock.text()}: ${tally.text()}`);
  for (const incident of incidentsOf(shelves.stations, clock.minute)) progress.say(incident);
  return truth;
}

function faultsOf({ isCalm, from }: SimulateOptions, random: Random, scales: number, until: number) {
  const faults = planFaults(random, scales, from, until);
  return isCalm ? withoutIncidents(faults) : faults;
}

function guestsNow(day: Day, minute: number, mean: number): number {
  return mean === 0 ? 1 : Math.max(LEAST_GUESTS * mean, day.guestsAt(minute)) / mean;
}

interface Under {
  readonly orders: Pace;
  readonly readings: Pace;
  readonly guests: Guests;
  readonly tally: Tally;
}

function lineOf(clock: Clock, day: Day, { orders, readings, guests, tally }: Under): string {
  const visits = orders.rates();
  const weighings = readings.rates();
  const failure = guests.lastFailure === null ? '' : ` (${guests.lastFailure})`;
  const reasons = [
    ['guests', orders.heldBackBy('answers of the gateway'), failure],
    ['readings', readings.heldBackBy('acknowledgements of the broker'), ''],
  ] as const;
  const held = reasons.flatMap(([what, reason, detail]) =>
    reason === null ? [] : [`  ${what} are held back: ${reason}${detail}`],
  );
  return (
    `${clock.text()} ${day.weatherAt(clock.minute)}  guests ${(visits.done * 60).toFixed(0)} of ${(visits.asked * 60).toFixed(0)} a minute, ` +
    `readings ${weighings.done.toFixed(0)} of ${weighings.asked.toFixed(0)} a second${held.join('')}  ${tally.text()}`
  );
}

function truthOf(seed: string, stations: readonly Station[], minute: number): Truth {
  return {
    seed,
    shelves: stations.map(({ shelf, outlet, item, scale, faults }) => ({
      id: shelf.id,
      outlet: outlet.name,
      item: item.name,
      stockItemId: item.id,
      grams: Math.round(scale.grams),
      stolenGrams: Math.round(scale.stolenGrams),
      isBroken: faults.brokenFrom !== null && faults.brokenFrom <= minute,
      isFlat: faults.flatAt !== null && faults.flatAt <= minute,
    })),
  };
}

function incidentsOf(stations: readonly Station[], minute: number): string[] {
  return stations.flatMap(({ outlet, item, scale, faults }) => {
    const at = `  ${outlet.name}, ${item.name}:`;
    if (scale.stolenGrams > 0)
      return [`${at} ${Math.round(scale.stolenGrams).toLocaleString('en')} g were taken for no order`];
    if (faults.brokenFrom !== null && faults.brokenFrom <= minute)
      return [`${at} the scale broke and weighs anything`];
    if (faults.flatAt !== null && faults.flatAt <= minute) return [`${at} the battery is flat`];
    return [];
  });
}
